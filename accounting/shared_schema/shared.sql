-- What every body of a cell reads and none may change, once per cell; and the cell's outbox.
-- Run by the owner in the template cell; each cell is a copy of it.

CREATE SCHEMA shared;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- The national chart of accounts (ผังบัญชีมาตรฐาน): accounting/data/chart_of_accounts.csv.
CREATE TABLE shared.account (
    code varchar(14) PRIMARY KEY,
    name_th varchar(300) NOT NULL,
    name_en varchar(300) NOT NULL,
    type varchar(12) NOT NULL CHECK (type IN ('asset', 'liability', 'equity', 'revenue', 'expense')),
    normal_side varchar(6) NOT NULL CHECK (normal_side IN ('debit', 'credit')),
    is_contra boolean NOT NULL,
    parent varchar(14) REFERENCES shared.account (code),
    level smallint NOT NULL,
    postable boolean NOT NULL,
    fs_line varchar(200),
    description_th text,
    retired_from_fiscal_year smallint
);

-- Events for the centre, written in the business transaction. event_no is the body's own and
-- gapless within a generation of its books, so a consumer knows what is still to come without
-- asking any other body.
CREATE TABLE shared.outbox (
    body_code varchar(12) NOT NULL,
    event_no bigint NOT NULL,
    kind varchar(16) NOT NULL,
    recorded_at timestamptz NOT NULL,
    payload jsonb NOT NULL,
    generation smallint NOT NULL DEFAULT 1,
    PRIMARY KEY (body_code, generation, event_no)
);

-- The releases that this cell has come through: what each said to `shared` and to a body's schema,
-- and the DDL and grants of a new body at each, recorded from Django's own migrations.
-- Later changes of `shared` are files in changes/, each run once in every cell.
CREATE TABLE shared.release (
    name varchar(40) PRIMARY KEY,
    number integer NOT NULL UNIQUE,
    previous varchar(40) NOT NULL,
    migrations jsonb NOT NULL,
    shared_statements jsonb NOT NULL,
    body_statements jsonb NOT NULL,
    grants_again text NOT NULL,
    ddl text NOT NULL,
    grants text NOT NULL,
    sources jsonb NOT NULL,
    structure jsonb NOT NULL,
    sha256 varchar(64) NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
);

-- Note [Deferred triggers name their table]
-- A deferred trigger runs at COMMIT, when another schema may be current. So these functions never
-- resolve a table by the search_path they find: they take it from TG_TABLE_SCHEMA, and make it
-- theirs until they return (their own SET puts the caller's back). So the statement is a fixed one,
-- which PL/pgSQL plans once for each body's trigger, not at every row. Temporary tables come last.

CREATE FUNCTION shared.assert_entry_balances() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    difference numeric;
    line_count bigint;
BEGIN
    PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
    SELECT coalesce(sum(debit) - sum(credit), 0), count(*) INTO difference, line_count
      FROM journal_line WHERE event_no = NEW.event_no;
    IF difference <> 0 OR line_count < 2 THEN
        RAISE EXCEPTION 'journal entry % has % lines and is off by % baht', NEW.event_no, line_count, difference
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION shared.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '% of posted rows of %.% is refused: correct by a reversing document', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END $$;

CREATE TRIGGER outbox_is_never_changed BEFORE UPDATE ON shared.outbox
    FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();
-- A body that has moved takes its events along: tenants/moving/outbox.py.
CREATE TRIGGER outbox_is_append_only BEFORE DELETE ON shared.outbox
    FOR EACH ROW WHEN (current_setting('openlaas.outbox_carried', true) IS DISTINCT FROM OLD.body_code)
    EXECUTE FUNCTION shared.refuse_change();
CREATE TRIGGER outbox_is_never_truncated BEFORE TRUNCATE ON shared.outbox
    FOR EACH STATEMENT EXECUTE FUNCTION shared.refuse_change();

GRANT USAGE ON SCHEMA shared TO openlaas_body;
GRANT SELECT ON shared.account TO openlaas_body;
GRANT INSERT ON shared.outbox TO openlaas_body;
