"""Every relation is paid for 22,000 times, so what a new body costs is counted."""

MEGABYTE = 1024 * 1024

# A schema's tables and indexes, and the toast tables and their indexes that belong to them.
RELATIONS = """
WITH own AS (
    SELECT c.oid, c.relkind, c.reltoastrelid FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace
), toast AS (
    SELECT c.oid, 't'::"char" AS relkind FROM pg_class c JOIN own ON own.reltoastrelid = c.oid
), toast_index AS (
    SELECT i.indexrelid AS oid, 'i'::"char" AS relkind
      FROM pg_index i JOIN toast ON toast.oid = i.indrelid
), everything AS (
    SELECT oid, relkind FROM own UNION ALL TABLE toast UNION ALL TABLE toast_index
)
SELECT count(*) FILTER (WHERE relkind = 'r') AS tables,
       count(*) FILTER (WHERE relkind NOT IN ('v', 'c')) AS relations,
       count(*) FILTER (WHERE relkind = 'S') AS sequences,
       count(*) FILTER (WHERE relkind IN ('v', 'm', 'f', 'p', 'c')) AS other,
       (SELECT sum(pg_total_relation_size(oid)) FROM own WHERE relkind = 'r')::bigint AS bytes
  FROM everything
"""
WITHOUT_PRIMARY_KEY = """
SELECT array_agg(c.relname::text) FROM pg_class c
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
   AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
"""
LEAVING = """
SELECT count(*) FROM pg_constraint k JOIN pg_class target ON target.oid = k.confrelid
 WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace
   AND target.relnamespace <> k.connamespace
"""
FUNCTIONS = "SELECT count(*) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"


def test_a_new_body_costs_few_relations_and_little_space(body, as_owner):
    with as_owner(body) as owner:
        tables, relations, sequences, other, size = owner.execute(RELATIONS).fetchone()
    # infra/decisions/table-plan.md tells each; the whole product may have 120.
    assert (tables, relations) == (27, 81)
    assert sequences == 0
    assert other == 0
    assert size <= 1.0 * MEGABYTE


def test_every_table_has_a_primary_key_so_that_a_body_can_be_moved(body, as_owner):
    with as_owner(body) as owner:
        assert owner.execute(WITHOUT_PRIMARY_KEY).fetchone() == (None,)


def test_nothing_refers_out_of_the_schema(body, as_owner):
    with as_owner(body) as owner:
        assert owner.execute(LEAVING).fetchone() == (0,)
        assert owner.execute(FUNCTIONS).fetchone() == (0,), "functions live once, in shared"


def test_all_bodies_are_made_alike(as_owner):
    from tenants.directory.queries import bodies_with_books

    structure = """
        SELECT n.nspname, md5(string_agg(concat_ws(' ', c.relname, a.attname, a.atttypid,
                   a.atttypmod,
                   a.attnotnull, c.relkind, array_to_string(c.reloptions, ',')), ';'
                   ORDER BY c.relname COLLATE "C", a.attnum))
          FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
          LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
         WHERE n.nspname = 'template_body' OR n.nspname LIKE 'b\\_%' GROUP BY n.nspname
    """
    by_cell = {body.cell: body for body in bodies_with_books()}
    assert len(by_cell) == 2
    for body in by_cell.values():
        with as_owner(body) as owner:
            shapes = dict(owner.execute(structure).fetchall())
        assert len(shapes) > 2
        assert len(set(shapes.values())) == 1
