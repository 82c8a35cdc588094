"""What may not be said to a fleet in use, and what may."""

import pytest

from tenants.releases.linter import (
    RELATIONS_MAX,
    Piece,
    parted,
    refusal_of_rows_read,
    refusal_of_size,
    refusals,
    tables_outside_plan,
)

REFUSED = {
    "ALTER TABLE party ALTER COLUMN address SET NOT NULL": "NOT VALID",
    "ALTER TABLE party ADD COLUMN tier integer NOT NULL": "needs a default",
    'ALTER TABLE "party" ADD COLUMN "tier" integer DEFAULT 1 NOT NULL; ALTER TABLE "party" ALTER'
    ' COLUMN "tier" DROP DEFAULT': "leaves the column out",
    "ALTER TABLE party ADD COLUMN key uuid DEFAULT gen_random_uuid()": "rewrites the table",
    "ALTER TABLE party DROP COLUMN address": "still names the column",
    "ALTER TABLE party DROP COLUMN address CASCADE": "still names the column",
    "DROP TABLE party": "still uses the table",
    "DROP TRIGGER entry_is_never_changed ON journal_entry": "relies on",
    "ALTER TABLE party RENAME COLUMN address TO place": "does not know the name",
    "ALTER TABLE party RENAME TO parties": "does not know the name",
    "ALTER TABLE party ALTER COLUMN name TYPE varchar(300)": "plans that connections keep",
    "ALTER TABLE party ADD CONSTRAINT one CHECK (version > 0)": "NOT VALID",
    "ALTER TABLE party ADD CONSTRAINT one UNIQUE (name)": "not unique",
    "CREATE UNIQUE INDEX one ON party (name)": "not unique",
    "CREATE INDEX CONCURRENTLY one ON party (name)": "cannot run in the transaction",
    "CREATE TABLE thing (id bigserial PRIMARY KEY)": "counter row",
    "CREATE TABLE thing (code varchar(14) REFERENCES shared.account (code))": "no foreign key",
    "CREATE INDEX one_like ON party (name varchar_pattern_ops)": "no query needs",
    "ALTER TABLE journal_entry DISABLE TRIGGER USER": "never changed",
    "UPDATE journal_entry SET description = ''": "never changed",
    "TRUNCATE answered_request": "strongest lock",
    "LOCK TABLE party": "strongest lock",
    "GRANT UPDATE ON party TO openlaas_slot_0001": "grants.sql",
    "SET search_path = template_body": "names no schema",
    "INSERT INTO template_body.party VALUES (1)": "names no schema",
    "COMMIT": "not its own to end",
    "-- a comment; with a semicolon\nDROP TABLE /* really; */ party": "still uses the table",
}
ALLOWED = (
    "ALTER TABLE party ADD COLUMN tier varchar(20)",
    "ALTER TABLE party ADD COLUMN tier integer NOT NULL DEFAULT 1",
    "ALTER TABLE party ADD COLUMN tier varchar(20) DEFAULT 'DROP TABLE party; RENAME'",
    "ALTER TABLE party ADD CONSTRAINT one CHECK (version > 0) NOT VALID",
    "ALTER TABLE party ADD COLUMN seen timestamptz DEFAULT now()",
    "CREATE INDEX one ON party (name)",
    "UPDATE party SET name = trim(name) WHERE name <> trim(name)",
    "CREATE TABLE t (id uuid PRIMARY KEY, no integer NOT NULL); CREATE UNIQUE INDEX i ON t (no)",
    "CREATE TABLE t (id uuid); ALTER TABLE t ADD CONSTRAINT c CHECK (id IS NOT NULL)",
)


def refused(statement: str, **changed: object) -> list[str]:
    piece = Piece(name="0002_x", statements=(statement,), **changed)
    return [one.reason for one in refusals([piece], earlier=["0001_initial"])]


@pytest.mark.parametrize("statement", REFUSED)
def test_what_is_refused_is_refused_with_its_reason(statement):
    assert REFUSED[statement] in " ".join(refused(statement))


@pytest.mark.parametrize("statement", ALLOWED)
def test_what_only_adds_is_allowed(statement):
    assert refused(statement) == []


def test_all_reasons_come_at_once():
    found = refused("ALTER TABLE party RENAME TO parties; DROP TABLE division; LOCK TABLE account")
    assert len(found) == 3


def test_what_an_earlier_release_stopped_using_may_go_and_no_other():
    statement = "ALTER TABLE party DROP COLUMN address"
    assert refused(statement, contracts_after="0001_initial") == []
    assert "of no earlier release" in refused(statement, contracts_after="0002_x")[0]
    renamed = "ALTER TABLE party RENAME TO parties"
    assert refused(renamed, contracts_after="0001_initial") != []


def test_shared_may_be_given_rights_and_no_index_on_what_every_posting_writes():
    changes = "ALTER TABLE shared.outbox ADD COLUMN x integer; GRANT SELECT ON shared.account TO a"
    assert refused(changes, of_shared=True) == []
    index = "CREATE INDEX one ON shared.outbox (kind)"
    assert "every posting" in refused(index, of_shared=True)[0]


def test_a_body_of_a_statement_is_not_taken_apart():
    function = "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN; x := ';'; END $$ LANGUAGE plpgsql"
    assert len(parted(f"{function}; SELECT 1; ")) == 2


def test_questions_about_rows_are_refused_and_about_the_catalogue_not():
    tables = ["party", "division"]
    for question in ('SELECT "party"."id" FROM "party"', "SELECT 1 FROM x JOIN division ON true"):
        assert len(refusal_of_rows_read([question], tables)) == 1
    harmless = (
        "SELECT c.relname FROM pg_class c WHERE c.relname = 'party'",
        "SELECT party FROM shared.party_list",
    )
    assert refusal_of_rows_read(harmless, tables) == []


def test_a_schema_stays_within_the_table_plan():
    assert refusal_of_size(RELATIONS_MAX) == []
    assert "121 relations" in refusal_of_size(121)[0].reason
    piece = Piece(name="0002_x", statements=("CREATE TABLE planned (id uuid PRIMARY KEY)",))
    assert tables_outside_plan([piece], "| `planned` | holds |") == []
    assert len(tables_outside_plan([piece], "planned, or so")) == 1
