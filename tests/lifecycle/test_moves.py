"""A move under postings: nothing lost, nothing doubled, whatever is killed, and nobody else's."""

import subprocess
import sys
import threading
import time

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tenants.directory.models import Body, Place
from tenants.directory.queries import body_with_books
from tenants.lifecycle.queries import changes_of
from tenants.moving.models import Move
from tenants.transactions import tenant_transaction

STEPS = ("begun", "ahead", "closed", "fenced", "compared", "switched")
ENTRIES = "SELECT reference, event_no, hash FROM journal_entry ORDER BY event_no"


def whole(body: object, clients: object, as_owner: object) -> None:
    """See that the books hold what the clients were told, each once, and nothing else."""
    with as_owner(body) as owner:
        there = owner.execute(ENTRIES).fetchall()
        outbox = owner.execute(
            "SELECT event_no FROM shared.outbox WHERE body_code = %s ORDER BY 1", [body.code]
        ).fetchall()
    assert clients.troubles == []
    assert {reference: (event, sha) for reference, event, sha in there} == clients.acknowledged
    assert len(there) == len(clients.acknowledged)
    assert [event for (event,) in outbox] == list(range(1, len(there) + 1))


def events_in(owner_url: str, cell: str, code: str) -> int:
    with psycopg.connect(make_conninfo(owner_url, dbname=cell)) as owner:
        query = "SELECT count(*) FROM shared.outbox WHERE body_code = %s"
        return owner.execute(query, [code]).fetchone()[0]


def wait_for(clients: object, count: int) -> None:
    deadline = time.monotonic() + 20
    wanted = len(clients.acknowledged) + count
    while len(clients.acknowledged) < wanted:
        assert time.monotonic() < deadline, clients
        assert clients.troubles == []
        time.sleep(0.01)


def test_a_move_under_postings_loses_and_doubles_nothing(
    body, posting_to, run_body, other_cell, as_owner, findings_of, owner_url
):
    with posting_to(body) as clients:
        wait_for(clients, 20)
        told = run_body("move", body.code, "--to", other_cell(body))
        wait_for(clients, 20)
    moved = body_with_books(body.code)
    assert (told["from_cell"], told["to_cell"]) == (body.cell, moved.cell)
    assert moved.cell == other_cell(body)
    assert (moved.state, moved.generation) == ("open", body.generation)
    assert moved.epoch > body.epoch
    whole(moved, clients, as_owner)
    assert findings_of(moved, as_owner) == []
    assert events_in(owner_url, body.cell, body.code) == 0
    with as_owner(body) as owner:  # the old copy, as it was when it was closed
        assert owner.execute("SELECT event_no FROM journal_head").fetchone()[0] >= 20
    assert set(clients.refused) <= {"body_moving", "idempotency_in_progress", "busy"}
    (change,) = changes_of(body.code)
    assert (change.what, change.after) == ("place", f"{moved.schema_name} in {moved.cell}")

    assert run_body("release", body.code)["released"] == [f"{body.schema_name} in {body.cell}"]
    assert Place.objects.filter(body__code=body.code).count() == 1
    with psycopg.connect(make_conninfo(owner_url, dbname=body.cell)) as owner:
        query = "SELECT count(*) FROM pg_namespace WHERE nspname = %s"
        assert owner.execute(query, [body.schema_name]).fetchone() == (0,)


def test_a_request_answered_before_the_move_is_answered_again_after_it(
    body, api, entry, officer_of, run_body, other_cell, as_owner
):
    token, path = officer_of(body).token, f"bodies/{body.code}/journal-entries"
    first = api.post(path, entry(), token=token, key="before-the-move")
    with as_owner(body) as owner:  # an old answer is copied ahead, a new one at the end
        owner.execute("UPDATE answered_request SET answered_at = now() - interval '1 day'")
    assert api.post(path, entry(), token=token).status_code == 201
    run_body("move", body.code, "--to", other_cell(body))
    again = api.post(path, entry(), token=token, key="before-the-move")
    assert again["Idempotency-Hit"] == "true"
    assert again.content == first.content
    assert api.post(path, entry(), token=token).json()["number"] == "JV-00003/70"


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_moment_it_goes_on_when_run_again(
    step, body, posting_to, killed_after, run_body, other_cell, as_owner, findings_of, owner_url
):
    with posting_to(body, threads=2) as clients:
        wait_for(clients, 5)
        killed_after(other_cell(body), body.code, step)
        seen = body_with_books(body.code)
        assert seen.cell == (other_cell(body) if step == "switched" else body.cell)
        with tenant_transaction(seen, read_only=True):
            pass  # it is read all the time
        if step in {"begun", "made", "ahead", "switched"}:
            wait_for(clients, 3)
        run_body("move", body.code, "--to", other_cell(body))
        wait_for(clients, 5)
    moved = body_with_books(body.code)
    assert (moved.cell, moved.state) == (other_cell(body), "open")
    whole(moved, clients, as_owner)
    assert findings_of(moved, as_owner) == []
    assert events_in(owner_url, body.cell, body.code) == 0


@pytest.mark.parametrize("step", ["made", "compared"])
def test_killed_before_it_switched_it_can_be_given_up(
    step, body, posting_to, killed_after, run_body, other_cell, as_owner, findings_of, owner_url
):
    with posting_to(body, threads=2) as clients:
        wait_for(clients, 5)
        killed_after(other_cell(body), body.code, step)
        run_body("move", body.code, "--give-up")
        wait_for(clients, 5)
    there = body_with_books(body.code)
    assert (there.cell, there.state) == (body.cell, "open")
    whole(there, clients, as_owner)
    assert findings_of(there, as_owner) == []
    assert events_in(owner_url, other_cell(body), body.code) == 0
    assert Place.objects.filter(body__code=body.code).count() == 1
    assert not Move.objects.filter(body__code=body.code).exists()


def test_a_posting_under_way_when_the_place_is_closed_is_waited_for(
    body, run_body, other_cell, as_owner, findings_of
):
    """A transaction that has written is committed before the copy is cut, and is in it."""
    from django.db import connections

    told = []
    with tenant_transaction(body):
        with connections["tenant"].cursor() as cursor:
            cursor.execute("INSERT INTO document_counter VALUES ('ZZ', 2570, 7)")
        words = ("move", body.code, "--to", other_cell(body))
        mover = threading.Thread(target=lambda: told.append(run_body(*words)))
        mover.start()
        deadline = time.monotonic() + 20
        while body_with_books(body.code).state != "moving":
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(0.2)
        assert not told
    mover.join()
    moved = body_with_books(body.code)
    assert moved.cell == other_cell(body)
    with as_owner(moved) as owner:
        kept = owner.execute("SELECT last_no FROM document_counter WHERE kind = 'ZZ'").fetchall()
    assert kept == [(7,)]


def test_a_posting_that_does_not_end_is_not_waited_for_for_ever(
    body, other_cell, owner_environment, api, entry, officer_of
):
    """The move is undone, and the body serves as before."""
    from django.db import connections

    move = """
import sys, django
django.setup()
from django.utils import timezone
from tenants.moving import fence, operations
try:
    operations.move_body(code=sys.argv[1], cell=sys.argv[2], moved_by="t", reason="t",
                         clock=timezone.now, patience_seconds=0.1)
except fence.WritersDoNotEnd:
    print("undone")
"""
    environment = {**owner_environment, "DJANGO_SETTINGS_MODULE": "openlaas.settings"}
    command = [sys.executable, "-c", move, body.code, other_cell(body)]
    with tenant_transaction(body):
        with connections["tenant"].cursor() as cursor:
            cursor.execute("INSERT INTO document_counter VALUES ('ZZ', 2570, 7)")
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "undone"
    assert body_with_books(body.code).cell == body.cell
    path = f"bodies/{body.code}/journal-entries"
    assert api.post(path, entry(), token=officer_of(body).token).status_code == 201


def test_whoever_was_let_in_before_the_move_is_refused_by_the_old_place_itself(
    body, api, entry, officer_of, run_body, other_cell, as_owner, monkeypatch
):
    """The directory's answer is old: the cell has the last word, and the request may come again."""
    from tenants.officers import access

    token, path = officer_of(body).token, f"bodies/{body.code}/journal-entries"
    run_body("move", body.code, "--to", other_cell(body))
    monkeypatch.setattr(access, "body_record", lambda _row: body)  # as it was read before the move
    late = api.post(path, entry(), token=token, key="sent-before-the-move")
    assert (late.status_code, late.json()["code"]) == (503, "body_moving")
    assert late["Retry-After"] == "1"
    monkeypatch.undo()
    again = api.post(path, entry(), token=token, key="sent-before-the-move")
    assert (again.status_code, again.json()["event_no"]) == (201, 1)
    with as_owner(body) as owner:
        assert owner.execute("SELECT count(*) FROM journal_entry").fetchone() == (0,)


def test_a_right_that_our_own_grants_lack_is_still_a_bug(body, as_owner):
    from django.db import ProgrammingError, connections

    with pytest.raises(ProgrammingError, match="permission denied"), tenant_transaction(body):
        connections["tenant"].cursor().execute("DELETE FROM fiscal_year")


def test_a_copy_that_differs_is_never_switched_to(
    body, api, entry, officer_of, other_cell, owner_environment
):
    """A row is changed behind the copy: the comparison finds it, and everything is undone."""
    token, path = officer_of(body).token, f"bodies/{body.code}/journal-entries"
    api.post(path, entry(), token=token)
    spoil = """
import sys, django
django.setup()
from django.utils import timezone
from tenants.moving import copying, operations
from tenants.moving.begun import unfinished
from tenants.provisioning.servers import owner_connection

def after_step(step):
    if step == "copied":
        move = unfinished(sys.argv[1])
        with owner_connection(move.to_cell) as cell:
            cell.execute(f'UPDATE "{move.to_schema}".account_balance SET debit = debit + 1')

try:
    operations.move_body(code=sys.argv[1], cell=sys.argv[2], moved_by="t", reason="t",
                         clock=timezone.now, after_step=after_step)
except copying.CopyDiffers as error:
    print("differs", error)
"""
    environment = {**owner_environment, "DJANGO_SETTINGS_MODULE": "openlaas.settings"}
    command = [sys.executable, "-c", spoil, body.code, other_cell(body)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "differs" in done.stdout
    assert "account_balance" in done.stdout
    there = body_with_books(body.code)
    assert (there.cell, there.state) == (body.cell, "open")
    assert Place.objects.filter(body__code=body.code).count() == 1
    assert api.post(path, entry(), token=token).json()["event_no"] == 2


def test_a_suspended_body_stays_suspended_while_it_moves(body, run_body, killed_after, other_cell):
    words = ("--message-th", "ระงับ", "--message-en", "Suspended")
    run_body("state", body.code, "suspended", *words)
    killed_after(other_cell(body), body.code, "fenced")
    assert body_with_books(body.code).state == "suspended"
    run_body("move", body.code, "--to", other_cell(body))
    moved = body_with_books(body.code)
    assert (moved.cell, moved.state) == (other_cell(body), "suspended")
    assert (moved.state_message_th, moved.state_message_en) == ("ระงับ", "Suspended")
    run_body("state", body.code, "open")


def test_there_and_back_again(body, api, entry, officer_of, run_body, other_cell, as_owner):
    """Back in the first cell beside its own old copy, the body has another schema there."""
    token, path = officer_of(body).token, f"bodies/{body.code}/journal-entries"
    for place, cell in enumerate((other_cell(body), body.cell, other_cell(body)), start=1):
        assert api.post(path, entry(), token=token).json()["event_no"] == place
        run_body("move", body.code, "--to", cell)
        assert body_with_books(body.code).cell == cell
    uses = sorted(Place.objects.filter(body__code=body.code).values_list("use", flat=True))
    assert uses == ["kept", "kept", "kept", "live"]
    assert len(run_body("release", body.code)["released"]) == 3
    assert api.post(path, entry(), token=token).json()["event_no"] == 4


def test_what_cannot_be_moved_is_refused_with_every_reason(body, run_body):
    def codes(*words: str) -> set[str]:
        return {one["code"] for one in run_body(*words, status=1)}

    assert codes("move", body.code, "--to", body.cell, "--reason", "") == {
        "is_there",
        "reason_required",
    }
    assert codes("move", body.code, "--to", "no_cell") == {"no_such_cell"}
    assert codes("move", "0000000", "--to", body.cell) == {"no_such_body"}
    nowhere = Body.objects.filter(state="registered").first()
    assert codes("move", nowhere.code, "--to", "no_cell") == {"no_books", "no_such_cell"}
    assert codes("move", body.code, "--give-up") == {"nothing_to_give_up"}
    assert body_with_books(body.code) == body


def test_two_operators_never_move_one_body_at_once(body, run_body, other_cell):
    from tenants.lifecycle.recording import alone_with

    with alone_with(body.code):
        (refused,) = run_body("move", body.code, "--to", other_cell(body), status=1)
    assert refused["code"] == "another_command_at_work"


def test_events_are_read_from_where_the_body_lives(
    body, api, entry, officer_of, run_body, other_cell, owner_environment
):
    token, path = officer_of(body).token, f"bodies/{body.code}/journal-entries"
    for _ in range(3):
        api.post(path, entry(), token=token)
    run_body("move", body.code, "--to", other_cell(body))
    api.post(path, entry(), token=token)
    read = """
import sys, django
django.setup()
from tenants.directory.queries import body_with_books
from tenants.moving.outbox import events_after
body = body_with_books(sys.argv[1])
print([event.event_no for event in events_after(body, 1, limit=2)],
      [event.event_no for event in events_after(body, 3, limit=9)])
"""
    environment = {**owner_environment, "DJANGO_SETTINGS_MODULE": "openlaas.settings"}
    command = [sys.executable, "-c", read, body.code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[2, 3] [4]"
