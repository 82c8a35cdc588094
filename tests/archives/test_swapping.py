"""Restored books take the place of the live ones, whenever the run that does it is killed."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.utils import timezone

pytestmark = pytest.mark.usefixtures("as_operator")

KILLED = """
import os, signal, sys
import django
django.setup()
from django.utils import timezone
from tenants.moving.swapping import swap_books

def after_step(step):
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

swap_books(code=sys.argv[1], schema_name=sys.argv[2], swapped_by="test", reason="test",
           clock=timezone.now, after_step=after_step)
"""
STEPS = ("begun", "closed", "fenced", "allowed", "switched")


def swap(code: str, schema_name: str | None = None, **more):
    from tenants.moving.swapping import swap_books

    facts = {"schema_name": schema_name, "swapped_by": "test", "reason": "test"}
    return swap_books(code=code, clock=timezone.now, **facts, **more)


def why(code: str, schema_name: str | None = None) -> list[str]:
    from tenants.lifecycle.recording import UnableToChangeBody

    with pytest.raises(UnableToChangeBody) as refused:
        swap(code, schema_name)
    return [one.code for one in refused.value.refusals]


@pytest.fixture
def killed_after(owner_environment):
    """Begin a swap in a process that is killed after a step, by itself and for good."""

    def run(code: str, schema_name: str, step: str) -> None:
        environment = {**owner_environment, "DJANGO_SETTINGS_MODULE": "openlaas.settings"}
        command = [sys.executable, "-c", KILLED, code, schema_name, step]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == -9, done.stdout + done.stderr

    return run


def findings_outside(body):
    from tenants.provisioning.outside_check import outbox_findings
    from tenants.provisioning.servers import owner_connection

    with owner_connection(body.cell, body.server) as cell:
        return outbox_findings(cell, body)


@pytest.fixture
def beside(books, archive, post, posting):
    """Books of two entries beside live ones of three."""
    from tenants.archives.exporting import export_body
    from tenants.archives.loading import import_archive
    from tenants.directory.models import PlaceUse

    export_body(books.code, archive)
    post(books, posting("2026-10-03", "77.00"))
    return import_archive(archive, use=PlaceUse.BESIDE, now=timezone.now())


def uses(code: str) -> dict[str, str]:
    from tenants.directory.models import Place

    return dict(Place.objects.filter(body__code=code).values_list("schema_name", "use"))


def test_the_live_books_are_kept_and_take_no_more_writes(
    books, beside, post, posting, verified, as_owner
):
    from tenants.directory.queries import body_with_books
    from tenants.transactions import BodyClosed

    done = swap(books.code)

    now = body_with_books(books.code)
    assert uses(books.code) == {books.schema_name: "kept", beside.schema_name: "live"}
    assert (now.schema_name, now.state, now.state_message_th) == (beside.schema_name, "open", "")
    assert now.epoch > books.epoch
    assert done.events_taken_back == 1
    assert (verified(now).findings, findings_outside(now)) == ((), [])
    # Whoever still knows the old address is refused by the database; nothing is lost there.
    with pytest.raises(BodyClosed):
        post(books, posting("2026-10-04", "1.00"))
    with as_owner(books) as owner:
        assert owner.execute("SELECT count(*) FROM journal_entry").fetchone() == (3,)
    (posted,) = post(now, posting("2026-10-04", "1.00"))
    assert posted.event_no == 3


def test_a_swap_is_undone_by_naming_the_kept_books(books, beside, post, posting, verified):
    from tenants.directory.queries import body_with_books

    swap(books.code)

    swap(books.code, schema_name=books.schema_name)

    now = body_with_books(books.code)
    assert uses(books.code) == {books.schema_name: "live", beside.schema_name: "kept"}
    (posted,) = post(now, posting("2026-10-04", "1.00"))
    assert posted.event_no == 4
    assert (verified(now).findings, findings_outside(now)) == ((), [])


@pytest.mark.parametrize("step", STEPS)
def test_a_swap_killed_after_any_step_is_run_again(books, beside, step, killed_after, verified):
    from tenants.directory.queries import body_with_books
    from tenants.lifecycle.queries import changes_of

    killed_after(books.code, beside.schema_name, step)
    left = body_with_books(books.code).state
    assert left == ("open" if step == "begun" else "moving"), "nobody writes meanwhile"
    assert why(books.code, books.schema_name) == ["move_is_unfinished"]

    assert swap(books.code).live_schema == beside.schema_name

    now = body_with_books(books.code)
    assert uses(books.code) == {books.schema_name: "kept", beside.schema_name: "live"}
    assert (now.state, now.state_message_th) == ("open", "")
    assert (verified(now).findings, findings_outside(now)) == ((), [])
    assert [change.what for change in changes_of(books.code)] == ["place"]


@pytest.mark.parametrize("step", STEPS[:-1])
def test_a_swap_killed_before_it_switched_can_be_given_up(
    books, beside, step, killed_after, post, posting, verified
):
    from tenants.directory.queries import body_with_books
    from tenants.moving.operations import give_up_move

    killed_after(books.code, beside.schema_name, step)
    give_up_move(code=books.code, clock=timezone.now)

    now = body_with_books(books.code)
    assert (now.schema_name, now.state) == (books.schema_name, "open")
    assert uses(books.code) == {books.schema_name: "live", beside.schema_name: "beside"}
    (posted,) = post(now, posting("2026-10-04", "1.00"))
    assert posted.event_no == 4
    assert (verified(now).findings, findings_outside(now)) == ((), [])


def test_kept_books_that_were_not_gone_back_to_stay_closed(
    books, beside, killed_after, post, posting
):
    from tenants.moving.operations import give_up_move
    from tenants.transactions import BodyClosed

    swap(books.code)
    killed_after(books.code, books.schema_name, "allowed")
    give_up_move(code=books.code, clock=timezone.now)
    with pytest.raises(BodyClosed):
        post(books, posting("2026-10-04", "1.00"))


def test_books_beside_in_another_cell_take_their_events_along(
    books, archive, post, posting, verified, as_owner
):
    from tenants.archives.exporting import export_body
    from tenants.archives.loading import import_archive
    from tenants.directory.models import Cell, PlaceUse
    from tenants.directory.queries import body_with_books

    export_body(books.code, archive)
    post(books, posting("2026-10-03", "77.00"))
    elsewhere = Cell.objects.exclude(name=books.cell).order_by("name")[0]
    import_archive(archive, use=PlaceUse.BESIDE, now=timezone.now(), cell_name=elsewhere.name)

    swap(books.code)

    now = body_with_books(books.code)
    assert now.cell == elsewhere.name
    assert (verified(now).findings, findings_outside(now)) == ((), [])
    with as_owner(books) as owner:
        query = "SELECT count(*) FROM shared.outbox WHERE body_code = %s"
        assert owner.execute(query, [books.code]).fetchone() == (0,)


def test_a_body_that_somebody_closed_stays_closed(books, beside):
    from tenants.directory.models import Body
    from tenants.directory.queries import body_with_books

    Body.objects.filter(code=books.code).update(state="suspended")
    assert why(books.code) == ["state_forbids_swap"]
    Body.objects.filter(code=books.code).update(state="read_only", state_message_th="ตรวจสอบ")
    swap(books.code)
    now = body_with_books(books.code)
    assert (now.state, now.state_message_th) == ("read_only", "ตรวจสอบ")
    assert now.schema_name == beside.schema_name


def test_without_books_beside_nothing_changes(books):
    from tenants.directory.queries import body_with_books

    assert why(books.code) == ["nothing_beside"]
    assert body_with_books(books.code) == books


def test_the_outbox_is_append_only_again(books, beside, as_owner):

    swap(books.code)
    with as_owner(books) as owner, pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("DELETE FROM shared.outbox WHERE body_code = %s", [books.code])


def test_an_import_killed_before_it_told_the_centre_is_finished_by_the_next(
    body, post, posting, archive, as_owner
):
    from tenants.archives.exporting import export_body
    from tenants.archives.loading import ARRIVED_TH, import_archive
    from tenants.directory.models import Body, PlaceUse
    from tenants.directory.queries import body_with_books

    post(body, posting("2026-10-03", "1.00"))
    export_body(body.code, archive)
    with as_owner(body) as owner:
        owner.execute("ALTER TABLE shared.outbox DISABLE TRIGGER USER")
        owner.execute("DELETE FROM shared.outbox WHERE body_code = %s", [body.code])
        owner.execute("ALTER TABLE shared.outbox ENABLE TRIGGER USER")
    arrived = {"state": "import_only", "state_message_th": ARRIVED_TH}
    Body.objects.filter(code=body.code).update(**arrived)

    import_archive(archive, use=PlaceUse.LIVE, now=timezone.now())

    now = body_with_books(body.code)
    assert (now.state, now.schema_name) == ("open", body.schema_name)
    assert findings_outside(now) == []


def test_files_are_not_swept_while_other_books_may_name_them(books, beside):
    from django.core.files.storage import storages

    from accounting.attachments import store
    from jobs.housekeeping import sweep_files
    from tenants.directory.models import Body, Place

    body_id, sha256 = Body.objects.get(code=books.code).id, "0" * 64
    store.keep(body_id=body_id, sha256=sha256, content=b"named by the books beside, say")
    path = storages["attachments"].path(store._address(body_id, sha256))
    os.utime(path, (0, 0))

    assert sweep_files(body_code=books.code) == 0
    Place.objects.filter(schema_name=beside.schema_name).delete()
    assert sweep_files(body_code=books.code) == 1
