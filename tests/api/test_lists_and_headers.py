"""Pages, cursors, and what every answer carries."""

import re

import pytest

TIMING = re.compile(r"app;dur=\d+\.\d, db;dur=\d+\.\d, cpu;dur=\d+\.\d, queue;dur=\d+\.\d")


def walk(api, path: str, token: str, limit: int) -> list[list[dict[str, object]]]:
    pages, cursor = [], ""
    joint = "&" if "?" in path else "?"
    while cursor is not None:
        page = api.get(f"{path}{joint}limit={limit}{cursor and '&cursor=' + cursor}", token=token)
        assert page.status_code == 200, page.content
        document = page.json()
        assert set(document) == {"items", "next"}, "never a count"
        pages.append(document["items"])
        cursor = document["next"]
    return pages


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 6), (2, [2, 2, 2]), (4, [4, 2]), (6, [6])])
def test_a_list_is_walked_once_each_whatever_the_page(body, officer_of, api, entry, limit, sizes):
    token, path = officer_of(body).token, f"bodies/{body.code}/journal-entries"
    for _ in range(6):
        api.post(path, entry(), token=token)
    pages = walk(api, path, token, limit)
    assert [len(page) for page in pages] == sizes
    assert [item["event_no"] for page in pages for item in page] == [6, 5, 4, 3, 2, 1]


def test_what_is_recorded_while_a_list_is_walked_neither_doubles_nor_hides(
    body, officer_of, api, entry
):
    token, path = officer_of(body).token, f"bodies/{body.code}/journal-entries"
    for _ in range(4):
        api.post(path, entry(), token=token)
    first = api.get(f"{path}?limit=2", token=token).json()
    api.post(path, entry(), token=token)
    second = api.get(f"{path}?limit=2&cursor={first['next']}", token=token).json()
    assert [item["event_no"] for item in first["items"] + second["items"]] == [4, 3, 2, 1]


def test_a_page_has_50_items_unless_asked_and_at_most_1000(body, officer_of, api):
    token, path = officer_of(body).token, f"bodies/{body.code}/accounts"
    assert len(api.get(path, token=token).json()["items"]) == 50
    whole = walk(api, path, token, 1000)
    codes = [item["code"] for page in whole for item in page]
    assert codes == sorted(set(codes))
    by_threes = walk(api, f"{path}?q=1101", token, 3)
    assert [item["code"] for page in by_threes for item in page] == [
        code for code in codes if code.startswith("1101")
    ]


def test_an_empty_list_has_no_next(body, officer_of, api):
    answer = api.get(f"bodies/{body.code}/journal-entries", token=officer_of(body).token)
    assert answer.json() == {"items": [], "next": None}


def test_a_cursor_of_one_body_shows_nothing_of_another(body, other_body, officer_of, api, entry):
    mine, theirs = officer_of(body), officer_of(other_body)
    for place, officer in ((body, mine), (other_body, theirs)):
        for _ in range(3):
            written = entry(description=place.code)
            api.post(f"bodies/{place.code}/journal-entries", written, token=officer.token)
    path = "bodies/{}/journal-entries?limit=1"
    cursor = api.get(path.format(other_body.code), token=theirs.token).json()["next"]
    page = api.get(f"{path.format(body.code)}&cursor={cursor}", token=mine.token).json()
    assert {item["description"] for item in page["items"]} == {body.code}


def answers_of_every_kind(body, officer_of, api, entry):
    token, path = officer_of(body).token, f"bodies/{body.code}/journal-entries"
    return {
        200: api.get(path, token=token),
        201: api.post(path, entry(), token=token),
        204: api.delete("auth/tokens", token=officer_of(body).token),
        400: api.get(f"{path}?limit=0", token=token),
        401: api.get(path),
        403: api.post(path, entry(), token=officer_of(body, "INT_AUDIT").token),
        404: api.get("bodies/0", token=token),
        409: api.post(path, entry(entry_date="2020-01-01"), token=token),
        415: api.post(path, entry(), token=token, **{"Content-Type": "text/plain"}),
        422: api.post(path, entry("0.00"), token=token),
    }


def test_every_answer_carries_its_id_and_its_timings(body, officer_of, api, entry):
    ids = set()
    for status, answer in answers_of_every_kind(body, officer_of, api, entry).items():
        assert answer.status_code == status
        assert TIMING.fullmatch(answer["Server-Timing"]), status
        ids.add(answer["X-Request-Id"])
        if status >= 400:
            assert answer.json()["trace_id"] == answer["X-Request-Id"]
        elif status != 204:
            assert answer["Content-Type"] == "application/json"
    assert len(ids) == 10


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("my-id-7", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("", False),
        ("ไทย", False),
        ("a\tb", False),
    ],
)
def test_a_request_id_is_the_callers_when_it_is_plain(api, asked, kept):
    answer = api.get("me", **{"X-Request-Id": asked})
    assert (answer["X-Request-Id"] == asked) is kept
    assert answer["X-Request-Id"].isascii()


def test_a_request_id_cannot_add_a_header(api):
    answer = api.get("me", **{"X-Request-Id": "a\r\nSet-Cookie: x=1"})
    assert "Set-Cookie" not in answer
    assert "\n" not in answer["X-Request-Id"]


@pytest.mark.parametrize(
    "started", ["t=1", "t=99999999999999999999", "x", "-5", "๑๒๓", "²", "1" * 5000]
)
def test_a_strange_proxy_time_breaks_nothing(api, started):
    answer = api.get("me", **{"X-Request-Start": started})
    assert answer.status_code == 401
    assert TIMING.fullmatch(answer["Server-Timing"])
