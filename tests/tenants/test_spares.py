"""Books that were a spare schema under another name are books like any."""

import json
import subprocess
import sys

import psycopg
import pytest

from tenants.directory.models import Body, Place
from tenants.directory.queries import body_with_books


@pytest.fixture
def renamed(body, owner_environment):
    """A body of the same cell as `body`, whose schema was a spare a moment ago."""

    def openlaas(*words: str) -> str:
        command = [sys.executable, "-m", "openlaas.cli", "fleet", *words]
        done = subprocess.run(
            command, env=owner_environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert body.cell in json.loads(openlaas("spares", "--keep", "1", "--json"))
    spare = Place.objects.get(cell_id=body.cell, use="spare")
    code = Body.objects.filter(state="registered", parent=None).order_by("-code")[0].code
    openlaas("provision", "--code", code, "--cell", body.cell)
    found = body_with_books(code)
    assert (found.cell, found.slot) == (body.cell, spare.slot)
    return found


def test_triggers_grants_and_plans_are_those_of_the_new_name(
    renamed, body, officer_of, api, entry, only_connection, as_owner
):
    tokens = {one.code: officer_of(one).token for one in (renamed, body)}
    for number in range(1, 4):  # on one connection, which keeps plans for both
        for one in (renamed, body):
            answer = api.post(f"bodies/{one.code}/journal-entries", entry(), token=tokens[one.code])
            assert answer.status_code == 201, answer.content
            assert answer.json()["event_no"] == number
    assert only_connection(renamed) is only_connection(body)
    with as_owner(renamed) as owner:
        with pytest.raises(psycopg.errors.RestrictViolation, match=renamed.schema_name):
            owner.execute("UPDATE journal_entry SET description = 'changed'")
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            owner.execute(
                "INSERT INTO journal_line SELECT (jsonb_populate_record(l, '{\"line_no\": 9}')).*"
                "  FROM journal_line l WHERE event_no = 1 AND debit > 0 LIMIT 1"
            )
        assert refused.value.diag.schema_name == renamed.schema_name
        owner.execute(f'SET ROLE "{renamed.role}"')
        assert owner.execute("SELECT count(*) FROM journal_entry").fetchone() == (3,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(f'SELECT * FROM "{body.schema_name}".journal_entry')
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("DELETE FROM journal_entry")
