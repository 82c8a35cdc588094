"""Restored books take the place of the live ones, whenever the run that does it is killed."""

import os

import psycopg
import pytest
from django.utils import timezone

pytestmark = pytest.mark.usefixtures("as_operator")


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
    from tenants.archives.swapping import swap
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
    from tenants.archives.swapping import swap
    from tenants.directory.queries import body_with_books

    swap(books.code)

    swap(books.code, schema_name=books.schema_name)

    now = body_with_books(books.code)
    assert uses(books.code) == {books.schema_name: "live", beside.schema_name: "kept"}
    (posted,) = post(now, posting("2026-10-04", "1.00"))
    assert posted.event_no == 4
    assert (verified(now).findings, findings_outside(now)) == ((), [])


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_swap_killed_after_any_step_is_run_again(books, beside, steps, verified):
    from tenants.archives import swapping
    from tenants.directory.queries import body_with_books

    live, place = swapping._announce(books.code, None)
    if steps >= 2:
        swapping._end_writes(live)
    if steps >= 3:
        swapping._switch(books.code, live, place)
    assert body_with_books(books.code).state == "read_only", "nobody writes meanwhile"

    swapping.swap(books.code)

    now = body_with_books(books.code)
    assert uses(books.code) == {books.schema_name: "kept", beside.schema_name: "live"}
    assert (now.state, now.state_message_th) == ("open", "")
    assert (verified(now).findings, findings_outside(now)) == ((), [])


def test_a_body_that_somebody_closed_stays_closed(books, beside):
    from tenants.archives.swapping import CannotSwap, swap
    from tenants.directory.models import Body
    from tenants.directory.queries import body_with_books

    Body.objects.filter(code=books.code).update(state="suspended")
    with pytest.raises(CannotSwap):
        swap(books.code)
    Body.objects.filter(code=books.code).update(state="read_only", state_message_th="ตรวจสอบ")
    swap(books.code)
    now = body_with_books(books.code)
    assert (now.state, now.state_message_th) == ("read_only", "ตรวจสอบ")
    assert now.schema_name == beside.schema_name


def test_without_books_beside_nothing_changes(books):
    from tenants.archives.swapping import NothingBeside, swap
    from tenants.directory.queries import body_with_books

    with pytest.raises(NothingBeside):
        swap(books.code)
    assert body_with_books(books.code) == books


def test_the_outbox_is_append_only_again(books, beside, as_owner):
    from tenants.archives.swapping import swap

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
