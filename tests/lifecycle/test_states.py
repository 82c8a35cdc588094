"""What a state lets in: by the API, by the portal, by the import, and below them all."""

import contextlib
from datetime import timedelta

import pytest
from django.utils import timezone

from tenants.directory.models import Body
from tenants.directory.queries import body_with_books
from tenants.lifecycle import rules
from tenants.lifecycle.queries import changes_of
from tenants.officers.access import access_by_token, bodies_of
from tenants.transactions import BodyClosed, tenant_transaction

MESSAGES = {"state_message_th": "ปิดปรับปรุงถึงเย็น", "state_message_en": "Closed until evening"}
# state: status of a read, of a write; whether the import may write
TABLE = {
    "open": (200, 201, True),
    "read_only": (200, 409, False),
    "import_only": (200, 409, True),
    "maintenance": (503, 503, False),
    "suspended": (409, 409, False),
    "archived": (200, 409, False),
    "moving": (200, 503, False),
}


@pytest.mark.parametrize("state", TABLE)
def test_a_state_by_the_api(state, in_state, body, officer_of, api, entry, books_of):
    read, write, _ = TABLE[state]
    token, path = officer_of(body).token, f"bodies/{body.code}"
    in_state(state, **MESSAGES)
    for readable in ("", "/journal-entries", "/trial-balance?fiscal_year=2570", "/divisions"):
        answer = api.get(path + readable, token=token)
        assert answer.status_code == read, answer.content
    answer = api.post(f"{path}/journal-entries", entry(), token=token)
    assert answer.status_code == write, answer.content
    if write != 201:
        document = answer.json()
        assert document["code"] == f"body_{state}"
        assert document["refusals"][0]["message_th"] == MESSAGES["state_message_th"]
        assert document["refusals"][0]["message_en"] == MESSAGES["state_message_en"]
        assert document["retryable"] is (write == 503)
        assert ("Retry-After" in answer) is (write == 503)
        assert books_of(body)["head"][0] == 0


@pytest.mark.parametrize("state", TABLE)
def test_a_state_by_the_import(state, in_state):
    body = in_state(state)
    _, _, imports = TABLE[state]
    with (
        contextlib.nullcontext() if imports else pytest.raises(BodyClosed, match=f"^{state}$"),
        tenant_transaction(body, for_import=True),
    ):
        write_something()


@pytest.mark.parametrize("state", TABLE)
def test_a_state_below_every_edge(state, in_state):
    body = in_state(state)
    read, write, _ = TABLE[state]
    for read_only, allowed in ((True, read == 200), (False, write == 201)):
        with (
            contextlib.nullcontext() if allowed else pytest.raises(BodyClosed, match=f"^{state}$"),
            tenant_transaction(body, read_only=read_only),
        ):
            pass


def write_something() -> None:
    from django.db import connections

    with connections["tenant"].cursor() as cursor:
        cursor.execute("INSERT INTO document_counter VALUES ('IM', 2570, 1)")


@pytest.mark.parametrize("state", TABLE)
def test_a_state_by_the_portal(state, in_state, body, browser):
    read, write, _ = TABLE[state]
    client = browser(body)
    in_state(state, **MESSAGES)
    page = client.get(f"/b/{body.code}/journal")
    assert page.status_code == read
    words = page.content.decode()
    assert (MESSAGES["state_message_th"] in words) is (state != "open")
    assert ("journal/new" in page.content.decode().split("<main")[1]) is (state == "open")
    typed = {"key": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "post": "1"}
    posted = client.post(f"/b/{body.code}/accounts", {**typed, "parent": "x", "name_th": "x"})
    assert (posted.status_code in {409, 503}) is (write != 201), posted.status_code


def test_a_closed_page_tells_when_it_opens_and_says_so_to_programs(in_state, body, browser):
    client = browser(body)
    until = timezone.now() + timedelta(minutes=10)
    in_state("maintenance", state_until=until, **MESSAGES)
    page = client.get(f"/b/{body.code}/journal")
    assert page.status_code == 503
    assert 590 <= int(page["Retry-After"]) <= 600
    assert f"{timezone.localtime(until):%H:%M}" in page.content.decode()


def test_an_end_that_has_passed_counts_as_open_without_any_command(
    in_state, body, officer_of, api, entry
):
    officer, now = officer_of(body), timezone.now()
    until = now + timedelta(hours=1)
    in_state("maintenance", state_until=until)
    for moment, state in ((now, "maintenance"), (until, "open")):
        access = access_by_token(
            token=officer.token, kind="api", body_code=body.code, asked="", now=moment
        )
        assert access.body.state == state
        (mine,) = bodies_of(officer_id=officer.id, now=moment)
        assert mine.state == state
    path = f"bodies/{body.code}/journal-entries"
    answer = api.post(path, entry(), token=officer.token)
    assert (answer.status_code, answer.json()["code"]) == (503, "body_maintenance")
    assert 3500 <= int(answer["Retry-After"]) <= 3600

    in_state("maintenance", state_until=now)
    assert body_with_books(body.code).state == "open"
    assert api.post(path, entry(), token=officer.token).status_code == 201


def test_the_command_dates_every_change_and_makes_caches_forget(body, run_body):
    epoch = Body.objects.get(code=body.code).epoch
    words = ("--message-th", "สอบบัญชี", "--message-en", "Audit", "--by", "dla-operator")
    until = f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}+00:00"
    told = run_body("state", body.code, "read_only", *words, "--until", until, "--reason", "สตง.")
    assert told["before"] == "open"
    run_body("state", body.code, "open", "--reason", "เสร็จแล้ว")
    there = Body.objects.get(code=body.code)
    assert (there.state, there.state_message_th, there.state_until) == ("open", "", None)
    assert there.epoch == epoch + 2
    first, second = changes_of(body.code)
    assert (first.before, first.after, first.reason) == ("open", "read_only", "สตง.")
    assert (first.message_th, first.message_en) == ("สอบบัญชี", "Audit")
    assert (first.changed_by, first.until is not None) == ("dla-operator", True)
    assert (second.before, second.after, second.reason) == ("read_only", "open", "เสร็จแล้ว")
    assert [change["after"] for change in run_body("history", body.code)] == ["read_only", "open"]


def test_the_command_tells_every_reason_at_once(body, run_body):
    found = run_body(*("state", body.code, "archived", "--until", "2020-01-01T00:00"), status=1)
    assert {one["code"] for one in found} == {
        *("message_th_required", "message_en_required", "state_has_no_end", "end_has_passed"),
    }
    assert all(one["message_th"] and one["message_en"] for one in found)
    assert body_with_books(body.code).state == "open"
    (unknown,) = run_body("state", "0000000", "open", status=1)
    assert unknown["code"] == "no_such_body"


def test_the_table_of_states_is_the_one_shown_here():
    for state, (read, write, imports) in TABLE.items():
        lets = rules.lets(state)
        assert (lets.read, lets.write, lets.imports) == (read == 200, write == 201, imports)
    assert set(rules.STATES) - set(TABLE) == {"earlier", "provisioning"}
    assert not rules.lets("a state of a later release").read
