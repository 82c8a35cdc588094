"""The one door to a body's books: nothing gets past it, nothing is left behind it."""

import contextlib
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import DataError, InternalError, OperationalError, connections, transaction

from accounting.models import FiscalYear, JournalEntry
from accounting.scripts import script
from tenants.backend.errors import (
    NestedTenantTransaction,
    NoTenantTransaction,
    TransactionLost,
    WrongTenant,
)
from tenants.directory.models import Body
from tenants.directory.queries import body_with_books
from tenants.transactions import BodyClosed, one_question, tenant_transaction

# What a transaction sets, as the connection sees it.
SESSION = """
SELECT current_user, current_setting('search_path'), current_setting('statement_timeout'),
       current_setting('lock_timeout'), current_setting('transaction_read_only')
"""

WORDS = script("words", "INSERT INTO document_counter VALUES (%(kind)s::varchar, 1, 1)")


def run(query: str, *values: object) -> list[tuple[object, ...]]:
    with connections["tenant"].cursor() as cursor:
        cursor.execute(query, values or None)
        return cursor.fetchall() if cursor.description else []


def identity() -> str:
    return run("SELECT body_code FROM body_identity")[0][0]


# --- outside -------------------------------------------------------------------------------------


def test_sql_outside_a_tenant_transaction_raises():
    with pytest.raises(NoTenantTransaction):
        run("SELECT 1")


def test_the_orm_outside_a_tenant_transaction_raises():
    with pytest.raises(NoTenantTransaction):
        JournalEntry.objects.count()
    with pytest.raises(NoTenantTransaction):
        FiscalYear.objects.create(year=2571, state="open", opened_at=datetime.now(UTC))


def test_an_atomic_block_is_no_tenant_transaction():
    with pytest.raises(NoTenantTransaction), transaction.atomic(using="tenant"):
        run("SELECT 1")


def test_a_query_after_the_transaction_raises(body):
    with tenant_transaction(body, read_only=True):
        entries = JournalEntry.objects.all()
        assert identity() == body.code
    with pytest.raises(NoTenantTransaction):
        len(entries)


def test_a_query_after_a_failed_transaction_raises(body):
    with pytest.raises(DataError), tenant_transaction(body):
        run("SELECT 1/0")
    with pytest.raises(NoTenantTransaction):
        run("SELECT 1")


def test_another_thread_is_not_inside(body):
    raised = []

    def query() -> None:
        try:
            run("SELECT 1")
        except NoTenantTransaction as error:
            raised.append(error)

    with tenant_transaction(body):
        identity()
        thread = threading.Thread(target=query)
        thread.start()
        thread.join()
    assert len(raised) == 1


@pytest.mark.parametrize("left_by", ["commit", "rollback"])
def test_a_cursor_kept_from_an_earlier_transaction_reads_nothing(
    body, other_body, only_connection, left_by
):
    kept = []
    with contextlib.suppress(DataError), tenant_transaction(body):
        kept.append(connections["tenant"].cursor())
        kept[0].execute("SELECT 1" if left_by == "commit" else "SELECT 1/0")
    with pytest.raises(NoTenantTransaction):
        kept[0].execute("SELECT body_code FROM body_identity")
    for later in (body, other_body):
        with tenant_transaction(later):
            assert identity() == later.code
            with pytest.raises(NoTenantTransaction):
                kept[0].execute("SELECT body_code FROM body_identity")


# --- nesting -------------------------------------------------------------------------------------


def test_a_second_body_inside_the_first_is_refused(body, other_body):
    with tenant_transaction(body):
        for inner in (other_body, body):
            with pytest.raises(NestedTenantTransaction), tenant_transaction(inner):
                pass
        assert identity() == body.code, "the first goes on"


def test_after_a_refused_nesting_the_thread_is_free(body, other_body):
    with (
        pytest.raises(NestedTenantTransaction),
        tenant_transaction(body),
        tenant_transaction(other_body),
    ):
        pass
    with tenant_transaction(other_body):
        assert identity() == other_body.code


# --- nothing survives ----------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["commit", "rollback", "error", "savepoint", "unused"])
def test_nothing_survives_the_transaction(body, only_connection, ending):
    with tenant_transaction(body, read_only=True):
        ((user, path, statement_timeout, lock_timeout, read_only),) = run(SESSION)
    assert (user, read_only) == (body.role, "on")
    assert path == f'"{body.schema_name}", shared'
    assert "0" not in {statement_timeout, lock_timeout}

    _end(body, ending)

    connection = only_connection(body)
    assert connection.prelude is None
    with connection.cursor() as cursor:
        cursor.execute(SESSION)
        assert cursor.fetchone() == ("openlaas_login", "", "0", "0", "off")


def _end(body: object, ending: str) -> None:
    with contextlib.suppress(DataError, ZeroDivisionError), tenant_transaction(body):
        if ending == "unused":
            return
        identity()
        if ending == "savepoint":
            with transaction.atomic(using="tenant"):
                run("SELECT set_config('search_path', 'shared', true)")
        if ending == "error":
            run("SELECT 1/0")
        if ending == "rollback":
            1 / 0  # noqa: B018 - an error of ours, not the database's


def test_a_setting_made_for_the_session_does_not_lead_the_next_body_astray(
    body, other_body, only_connection
):
    with tenant_transaction(body):
        run(f"SET search_path = {body.schema_name}")
        run("SET statement_timeout = 0")
    for later in (other_body, body):
        with tenant_transaction(later):
            assert identity() == later.code
            assert run("SHOW statement_timeout") == [("5s",)]


def test_a_savepoint_rolled_back_keeps_the_body(body, only_connection):
    with tenant_transaction(body):
        with pytest.raises(DataError), transaction.atomic(using="tenant"):
            run("SELECT 1/0")
        assert identity() == body.code
        assert run("SELECT current_user") == [(body.role,)]


# --- the wrong body ------------------------------------------------------------------------------

LOCK = 20_261_122
SIDE_EFFECT = f"SELECT pg_advisory_lock({LOCK})"  # of the session: no rollback takes it back
LOCKS_HELD = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {LOCK}"


@pytest.fixture
def misplaced(body, as_owner):
    """A body whose schema holds another body's identity."""
    plant = (
        "ALTER TABLE body_identity DISABLE TRIGGER ALL; UPDATE body_identity SET body_code = '{}';"
        "ALTER TABLE body_identity ENABLE TRIGGER ALL"
    )
    with as_owner(body) as owner:
        owner.execute(plant.format("0000000"))
        yield body
        owner.execute(plant.format(body.code))


def test_a_schema_with_another_identity_is_refused(misplaced):
    with pytest.raises(WrongTenant, match=misplaced.code), tenant_transaction(misplaced):
        run("SELECT 1")


def test_a_schema_without_identity_is_refused(body, as_owner):
    with as_owner(body) as owner:
        row = owner.execute("SELECT * FROM body_identity").fetchone()
        owner.execute("TRUNCATE body_identity")
        try:
            with pytest.raises(WrongTenant), tenant_transaction(body):
                run("SELECT 1")
        finally:
            owner.execute("INSERT INTO body_identity VALUES (%s, %s, %s)", row)


def test_a_missing_schema_is_refused(body):
    with pytest.raises(WrongTenant), tenant_transaction(replace(body, schema_name="b_0000000")):
        run("SELECT 1")


def test_another_bodys_role_is_refused(body):
    with pytest.raises(WrongTenant), tenant_transaction(replace(body, slot=body.slot + 1)):
        run("SELECT 1")


def test_another_bodys_schema_and_role_are_refused(body, other_body):
    elsewhere = replace(
        body, schema_name=other_body.schema_name, slot=other_body.slot, cell=other_body.cell
    )
    with pytest.raises(WrongTenant), tenant_transaction(elsewhere):
        run("SELECT 1")


def test_the_first_query_runs_in_the_right_body_only(misplaced, other_body, as_owner):
    with as_owner(misplaced) as owner:
        with pytest.raises(WrongTenant), tenant_transaction(misplaced):
            run(SIDE_EFFECT)
        assert owner.execute(LOCKS_HELD).fetchone() == (0,)
    with as_owner(other_body) as owner, tenant_transaction(other_body):
        run(SIDE_EFFECT)
        assert owner.execute(LOCKS_HELD).fetchone() == (1,), "so it would have been seen"
        run(f"SELECT pg_advisory_unlock({LOCK})")


def test_after_the_wrong_body_the_connection_is_good_for_the_right_one(misplaced, other_body):
    with pytest.raises(WrongTenant), tenant_transaction(misplaced):
        run("SELECT 1")
    with tenant_transaction(other_body):
        assert identity() == other_body.code


# --- COMMIT --------------------------------------------------------------------------------------


def test_a_commit_that_stored_nothing_is_told(body):
    with pytest.raises(TransactionLost), tenant_transaction(body):
        run("INSERT INTO document_counter VALUES ('LOST', 2570, 1)")
        with pytest.raises(DataError):
            run("SELECT 1/0")  # swallowed: PostgreSQL has given the transaction up
    with tenant_transaction(body):
        assert run("SELECT * FROM document_counter WHERE kind = 'LOST'") == []


def test_what_waits_for_a_lost_commit_never_happens(body, other_body):
    happened = []
    with pytest.raises(TransactionLost), tenant_transaction(body):
        transaction.on_commit(lambda: happened.append(body.code), using="tenant")
        with pytest.raises(DataError):
            run("SELECT 1/0")
    with tenant_transaction(other_body):
        identity()
    assert happened == []


def test_what_waits_for_commit_happens_once(body, other_body):
    happened = []
    with tenant_transaction(body):
        transaction.on_commit(lambda: happened.append(body.code), using="tenant")
        identity()
        assert happened == []
    assert happened == [body.code]
    with tenant_transaction(other_body):
        identity()
    assert happened == [body.code]


def test_words_kept_for_a_commit_that_fails_are_not_said_later(body, other_body):
    with pytest.raises(KeyboardInterrupt), tenant_transaction(body):
        identity()
        connections["tenant"].with_commit(WORDS, {"kind": "W"})
        raise KeyboardInterrupt
    for later in (body, other_body):
        with tenant_transaction(later):
            assert run("SELECT * FROM document_counter WHERE kind = 'W'") == []


def test_one_question_is_one(body, other_body):
    with pytest.raises(NoTenantTransaction, match="one question"), one_question(body):
        assert identity() == body.code
        identity()
    with tenant_transaction(other_body):
        assert identity() == other_body.code
        assert identity() == other_body.code


def test_one_question_changes_nothing(body):
    with pytest.raises(InternalError, match="read-only"), one_question(body):
        run("DELETE FROM answered_request")
    with one_question(body):
        pass
    with tenant_transaction(body):
        assert identity() == body.code


def test_one_question_that_fails_leaves_the_connection_usable(body):
    with pytest.raises(DataError), one_question(body):
        run("SELECT 1/0")
    with one_question(body):
        assert identity() == body.code


def test_a_query_that_takes_too_long_is_cancelled(body):
    with pytest.raises(OperationalError, match="statement timeout"), tenant_transaction(body):
        run("SELECT set_config('statement_timeout', '20', true)")
        run("SELECT pg_sleep(60)")
    with tenant_transaction(body):
        assert identity() == body.code


# --- states --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "readable", "writable"),
    [
        ("open", True, True),
        ("read_only", True, False),
        ("import_only", True, False),
        ("archived", True, False),
        ("earlier", True, False),
        ("moving", True, False),
        ("maintenance", False, False),
        ("suspended", False, False),
        ("provisioning", False, False),
        ("registered", False, False),
        ("a state of a later release", False, False),
    ],
)
def test_a_state_says_who_gets_in(body, state, readable, writable):
    for read_only, allowed in ((True, readable), (False, writable)):
        entered = False
        with (
            contextlib.nullcontext() if allowed else pytest.raises(BodyClosed, match=f"^{state}$"),
            tenant_transaction(replace(body, state=state), read_only=read_only),
        ):
            entered = identity() == body.code
        assert entered is allowed


@pytest.mark.parametrize("state", ["read_only", "import_only", "open"])
def test_the_database_refuses_a_write_in_a_read_only_transaction(body, state):
    with (
        pytest.raises(InternalError, match="read-only transaction"),
        tenant_transaction(replace(body, state=state), read_only=True),
    ):
        run("INSERT INTO document_counter VALUES ('RO', 2570, 1)")


@pytest.fixture
def read_only_body(body):
    Body.objects.filter(code=body.code).update(state="read_only")
    yield body
    Body.objects.filter(code=body.code).update(state="open")


def test_a_read_only_body_is_read_and_not_written_through_the_api(
    read_only_body, officer_of, api, entry, as_owner
):
    token = officer_of(read_only_body).token
    path = f"bodies/{read_only_body.code}"
    refused = api.post(f"{path}/journal-entries", entry(), token=token)
    assert refused.status_code == 409
    assert refused.json()["code"] == "body_read_only"
    assert refused.json()["retryable"] is False
    for readable in ("", "/journal-entries", "/accounts", "/trial-balance?fiscal_year=2570"):
        assert api.get(path + readable, token=token).status_code == 200
    assert body_with_books(read_only_body.code).state == "read_only"
    with as_owner(read_only_body) as owner:
        assert owner.execute("SELECT event_no FROM journal_head").fetchone() == (0,)
