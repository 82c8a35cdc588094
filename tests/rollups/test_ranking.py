"""Bodies in the order of a figure: all of them once, page by page, and ties side by side."""

import base64
from decimal import Decimal

import pytest

from tenants.models import Body
from tenants.rollups.kept import run

YEAR = 2575  # a year of no other test's figures
BUDGET = 1000


@pytest.fixture(scope="module")
def field(_unused_bodies):
    """Bodies of one province with a year's totals: two spent the same, one has no budget."""
    first = next(one for one in _unused_bodies if one.district_code)
    chosen = list(Body.objects.filter(province_id=first.province_code).order_by("code")[:7])
    for body, spent in zip(chosen, (300, 500, 500, 100, 0, 900, 20), strict=True):
        run(
            "INSERT INTO rollup_total (body_id, fiscal_year, budget, disbursed, estimated,"
            " collected, closed) VALUES (%s, %s, %s, %s, 100, 50, %s)",
            [body.id, YEAR, BUDGET if spent else 0, spent, spent % 7],
        )
    yield first, chosen
    run("DELETE FROM rollup_total WHERE fiscal_year = %s", [YEAR])


@pytest.fixture(scope="module")
def token(field, officer_of):
    roles = ("DLA", "PROVINCE", "DISTRICT")
    return {role: officer_of(field[0], role).token for role in roles}


@pytest.fixture
def ranked(api, token):
    """Read a ranking to its end, page after page."""

    def read(role="DLA", limit=1000, **asked):
        words = "&".join(f"{name}={value}" for name, value in asked.items())
        found, cursor = [], ""
        while cursor is not None:
            path = f"central/ranking?fiscal_year={YEAR}&limit={limit}&{words}{cursor}"
            answer = api.get(path, token=token[role])
            assert answer.status_code == 200, answer.content
            page = answer.json()
            assert len(page["items"]) <= limit
            found += page["items"]
            cursor = page["next"] and f"&cursor={page['next']}"
        return found

    return read


@pytest.mark.parametrize("role", ["DLA", "PROVINCE"])
def test_the_most_come_first_and_the_same_share_a_rank(ranked, role):
    found = ranked(role)
    assert [one["figures"]["disbursed"] for one in found] == [
        *("900.00", "500.00", "500.00", "300.00", "100.00", "20.00", "0.00"),
    ]
    assert [one["rank"] for one in found] == [1, 2, 2, 4, 5, 6, 7]


@pytest.mark.parametrize("role", ["DLA", "PROVINCE"])
@pytest.mark.parametrize("by", ["disbursed", "spent_percent", "collected_percent", "months_closed"])
@pytest.mark.parametrize("direction", ["desc", "asc"])
def test_pages_of_two_are_the_whole(ranked, role, by, direction):
    whole = ranked(role, by=by, direction=direction)
    assert ranked(role, limit=2, by=by, direction=direction) == whole
    values = [Decimal(one["figures"][by]) for one in whole]
    assert values == sorted(values, reverse=direction == "desc")
    assert [one["rank"] for one in whole] == [1 + values.index(value) for value in values]


def test_what_has_no_budget_has_no_share_to_rank(ranked, field):
    found = ranked(by="spent_percent")
    assert len(found) == len(field[1]) - 1
    assert found[0]["figures"]["spent_percent"] == "90.00"
    assert ranked(by="disbursed")[-1]["figures"]["spent_percent"] is None


def test_a_ranking_holds_the_bodies_of_the_area_only(ranked, field):
    first, chosen = field
    own = {one.code for one in chosen if one.district_id == first.district_code}
    assert {one["code"] for one in ranked("DISTRICT")} == own
    of_a_kind = {one.code for one in chosen if one.kind == chosen[-1].kind}
    for role in ("DLA", "PROVINCE"):
        assert {one["code"] for one in ranked(role, kind=chosen[-1].kind)} == of_a_kind
    assert {one["code"] for one in ranked(province=first.province_code)} == {
        one.code for one in chosen
    }


def test_a_training_body_is_not_ranked(ranked, field):
    taught = field[1][0]
    Body.objects.filter(id=taught.id).update(is_training=True)
    try:
        for role in ("DLA", "PROVINCE"):
            assert taught.code not in {one["code"] for one in ranked(role)}
    finally:
        Body.objects.filter(id=taught.id).update(is_training=False)


SOMEBODY = "01900000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1 2 3",
        f"NaN {SOMEBODY} 1 1",
        f"1e9999999999 {SOMEBODY} 1 1",
        f"Infinity {SOMEBODY} 1 1",
        "1 nobody 1 1",
        f"1 {SOMEBODY} -1 1",
        f"1 {SOMEBODY} 1 9999999999",
        f"1.5 {SOMEBODY} 1 1",
    ],
)
def test_a_cursor_that_no_page_made_is_refused(api, token, written):
    cursor = base64.urlsafe_b64encode(written.encode()).decode()
    path = f"central/ranking?by=months_closed&cursor={cursor}"
    answer = api.get(path, token=token["DLA"])
    assert answer.status_code == 400, answer.content
    assert answer.json()["refusals"][0]["pointer"] == "?cursor"
