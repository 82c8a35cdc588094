-- Master data that the department changes between releases of the program (infra/decisions/master-data.md).
-- A row with of_version was brought by that version, and no file of the program changes it any more.
ALTER TABLE shared.account ADD COLUMN from_fiscal_year smallint, ADD COLUMN of_version integer;
ALTER TABLE shared.budget_code ADD COLUMN of_version integer;

-- วันหยุดราชการ: days on which offices are closed, Saturdays and Sundays not counted.
CREATE TABLE shared.holiday (
    day date PRIMARY KEY,
    name_th varchar(300) NOT NULL,
    name_en varchar(300),
    is_called_off boolean NOT NULL,
    of_version integer NOT NULL
);

-- อายุการใช้งาน: between how many years a body may set the life of a class of assets.
CREATE TABLE shared.useful_life (
    asset_class varchar(16) NOT NULL,
    from_fiscal_year smallint NOT NULL,
    until_fiscal_year smallint,
    name_th varchar(300) NOT NULL,
    name_en varchar(300),
    least_years smallint NOT NULL CHECK (least_years > 0),
    most_years smallint NOT NULL CHECK (most_years >= least_years),
    account varchar(14),
    of_version integer NOT NULL,
    PRIMARY KEY (asset_class, from_fiscal_year)
);

-- The versions that this cell has, each brought whole and once.
CREATE TABLE shared.master_version (
    number integer PRIMARY KEY,
    kind varchar(16) NOT NULL,
    sha256 varchar(64) NOT NULL,
    brought_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What was posted stands on the account's side and place: an account is retired, never turned.
CREATE FUNCTION shared.refuse_turning() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'account % keeps its type, side and parent: open another and retire it', OLD.code
        USING ERRCODE = 'restrict_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER account_is_never_turned BEFORE UPDATE ON shared.account
    FOR EACH ROW WHEN ((OLD.type, OLD.normal_side, OLD.is_contra, OLD.parent)
                       IS DISTINCT FROM (NEW.type, NEW.normal_side, NEW.is_contra, NEW.parent))
    EXECUTE FUNCTION shared.refuse_turning();
CREATE TRIGGER master_version_is_never_changed BEFORE UPDATE OR DELETE ON shared.master_version
    FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();

GRANT SELECT ON shared.holiday, shared.useful_life, shared.master_version TO openlaas_body;
