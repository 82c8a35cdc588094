"""Books started anew: the old ones stay to be read, and nobody takes one for the other."""

import json

import pytest

from accounting.books_seed import genesis_hash
from tenants.directory.models import Body, Place
from tenants.directory.queries import body_with_books, books_of_generation, earlier_books
from tenants.lifecycle.queries import changes_of
from tenants.transactions import BodyClosed, tenant_transaction

REASON = ("--reason", "ข้อมูลนำเข้าผิด เริ่มใหม่ทั้งหมด")


@pytest.fixture
def restarted(body, api, entry, officer_of, run_body):
    """A body with three entries in its first books and one in its second; and a token."""
    token, path = officer_of(body).token, f"bodies/{body.code}/journal-entries"
    for _ in range(3):
        assert api.post(path, entry(), token=token).status_code == 201
    assert run_body("new-generation", body.code, *REASON)["generation"] == 2
    assert api.post(path, entry("7.00"), token=token).json()["number"] == "JV-00001/70"
    return body_with_books(body.code), token


def test_new_books_begin_at_nothing_and_at_a_hash_of_their_own(restarted, as_owner, findings_of):
    body, _ = restarted
    assert (body.generation, body.state) == (2, "open")
    old = books_of_generation(body.code, 1)
    assert (old.generation, old.state, old.name) == (1, "earlier", f"{body.code}_1")
    assert body_with_books(f"{body.code}_1") == old
    assert old in earlier_books()
    for books, entries in ((old, 3), (body, 1)):
        assert findings_of(books, as_owner) == []
        with as_owner(books) as owner:
            first = owner.execute(
                "SELECT encode(sha256(convert_to(%s || canonical, 'UTF8')), 'hex') = hash"
                "  FROM journal_entry WHERE event_no = 1",
                [genesis_hash(body_code=body.code, generation=books.generation)],
            ).fetchone()
            told = owner.execute(
                "SELECT event_no FROM shared.outbox WHERE body_code = %s AND generation = %s"
                " ORDER BY event_no",
                [body.code, books.generation],
            ).fetchall()
        assert first == (True,)
        assert [event for (event,) in told] == list(range(1, entries + 1))
    (change,) = changes_of(body.code)
    assert (change.what, change.before, change.after) == ("generation", "1", "2")
    assert change.reason == REASON[1]


def test_earlier_books_are_read_by_the_api_and_never_written(restarted, api, entry):
    body, token = restarted
    path = f"bodies/{body.code}"
    profile = api.get(f"{path}?generation=1", token=token).json()
    assert (profile["state"], profile["generation"], profile["generations"]) == (
        *("earlier", 1),
        [1, 2],
    )
    assert api.get(path, token=token).json()["generation"] == 2
    for generation, entries in (("1", 3), ("2", 1)):
        listed = api.get(f"{path}/journal-entries?generation={generation}", token=token)
        assert len(listed.json()["items"]) == entries
    refused = api.post(f"{path}/journal-entries?generation=1", entry(), token=token)
    assert (refused.status_code, refused.json()["code"]) == (409, "body_earlier")
    assert api.get(f"{path}/journal-entries", token=token).json()["items"][0]["event_no"] == 1
    for unknown in ("3", "0", "x", "99999999", "", "๑"):
        answer = api.get(f"{path}/journal-entries?generation={unknown}", token=token)
        assert answer.status_code == 404, unknown


def test_earlier_books_of_a_suspended_body_are_as_closed_as_the_others(
    restarted, api, run_body, browser
):
    body, token = restarted
    run_body("state", body.code, "suspended", "--message-th", "ก", "--message-en", "a")
    answer = api.get(f"bodies/{body.code}/journal-entries?generation=1", token=token)
    assert (answer.status_code, answer.json()["code"]) == (409, "body_suspended")
    assert browser(body).get(f"/b/{body.code}_1/journal").status_code == 409
    run_body("state", body.code, "open")


def test_nobody_writes_into_earlier_books_from_below(restarted, as_owner):
    body, _ = restarted
    old = books_of_generation(body.code, 1)
    with pytest.raises(BodyClosed), tenant_transaction(old):
        pass
    with as_owner(old) as owner:
        query = (
            "SELECT count(*) FROM pg_class t CROSS JOIN unnest(array['INSERT', 'UPDATE', 'DELETE'])"
            " AS what WHERE t.relnamespace = %s::regnamespace AND t.relkind = 'r'"
            " AND has_table_privilege(%s, t.oid, what)"
        )
        assert owner.execute(query, [old.schema_name, old.role]).fetchone() == (0,)


def test_the_portal_shows_earlier_books_under_a_banner(restarted, browser, body, other_body):
    now, _ = restarted
    client = browser(now)
    home = client.get(f"/b/{now.code}/").content.decode()
    assert f'href="/b/{now.code}_1/"' in home
    page = client.get(f"/b/{now.code}_1/journal").content.decode()
    assert "สมุดรุ่นก่อน" in page
    assert page.count("JV-0000") >= 3
    assert f'href="/b/{now.code}_1/trial-balance"' in page
    assert f'href="/b/{now.code}_1/journal/new"' not in page.split("<main")[1]
    assert "สมุดรุ่นก่อน" not in client.get(f"/b/{now.code}/journal").content.decode()
    for nothing in (f"{now.code}_3", f"{now.code}_", f"{other_body.code}_1", f"{now.code}_x"):
        assert client.get(f"/b/{nothing}/journal").status_code == 404, nothing


def test_earlier_books_are_verified_and_exported_by_their_name(restarted, operator, tmp_path):
    body, _ = restarted
    code, printed = operator("verify", "--code", f"{body.code}_1", "--json", "--processes", "1")
    assert (code, json.loads(printed)["entries"]) == (0, 3), printed
    code, printed = operator("export", f"{body.code}_1", str(tmp_path / "books.zip"), "--json")
    assert code == 0, printed
    assert json.loads(printed)["files"]["tables/journal_entry.csv"]["rows"] == 3


def test_it_is_refused_with_every_reason(
    body, api, officer_of, run_body, as_owner, entry, operator
):
    def codes(*words: str) -> set[str]:
        return {one["code"] for one in run_body("new-generation", *words, status=1)}

    assert codes(body.code) == {"books_are_empty", "reason_required"}
    with as_owner(body) as owner:
        owner.execute("UPDATE fiscal_year SET state = 'closed' WHERE year = 2569")
        owner.execute(
            "INSERT INTO document (id, kind, state, description, amount, version, prepared_by,"
            " content) VALUES (gen_random_uuid(), 'JV', 'draft', 'x', 1, 1, gen_random_uuid(),"
            " '{}')"
        )
    assert codes(body.code) == {
        *("books_are_empty", "reason_required", "year_is_closed", "documents_are_waiting")
    }
    assert codes("0000000") == {"no_such_body"}
    nowhere = Body.objects.filter(state="registered").first()
    assert codes(nowhere.code) == {"no_books", "reason_required"}
    assert body_with_books(body.code) == body
    assert Place.objects.filter(body__code=body.code).count() == 1


@pytest.mark.parametrize("step", ["begun", "closed", "fenced", "switched"])
def test_killed_at_any_moment_it_goes_on_when_run_again(
    step, body, api, entry, officer_of, killed_after, run_body, as_owner, findings_of
):
    token, path = officer_of(body).token, f"bodies/{body.code}/journal-entries"
    api.post(path, entry(), token=token)
    killed_after("new-generation", body.code, step)
    assert body_with_books(body.code).generation == (2 if step == "switched" else 1)
    assert api.get(path, token=token).status_code == 200
    assert run_body("new-generation", body.code, *REASON)["generation"] == 2
    now = body_with_books(body.code)
    assert (now.generation, now.state) == (2, "open")
    assert api.post(path, entry(), token=token).json()["event_no"] == 1
    for books in (now, books_of_generation(body.code, 1)):
        assert findings_of(books, as_owner) == []
    assert Place.objects.filter(body__code=body.code).count() == 2


def test_new_books_can_move_and_the_earlier_ones_stay_where_they_are(
    restarted, run_body, other_cell, as_owner, findings_of, api
):
    body, token = restarted
    run_body("move", body.code, "--to", other_cell(body))
    moved, old = body_with_books(body.code), books_of_generation(body.code, 1)
    assert (moved.cell, moved.generation, old.cell) == (other_cell(body), 2, body.cell)
    for books in (moved, old):
        assert findings_of(books, as_owner) == []
    listed = api.get(f"bodies/{body.code}/journal-entries?generation=1", token=token)
    assert len(listed.json()["items"]) == 3
