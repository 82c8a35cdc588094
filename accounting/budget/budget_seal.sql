-- Number and seal movements, in the message of COMMIT: nothing is waited for after the head.
-- The first hash of a body's ledger follows the same genesis as its journal's.
-- The text that is hashed, version 1, never changes; verification.py and verify_archive.py know it.

INSERT INTO budget_head (movement_no, hash, recorded_at)
SELECT 0, encode(sha256(convert_to(format('OpenLAAS %%s generation %%s', body_code, generation), 'UTF8')), 'hex'),
       clock_timestamp()
  FROM body_identity ON CONFLICT ("only") DO NOTHING;

SELECT "only" FROM budget_head FOR UPDATE;

WITH RECURSIVE head AS (
    SELECT movement_no, hash,
           greatest(clock_timestamp(), recorded_at + interval '1 microsecond') AS recorded_at
      FROM budget_head
), told AS (
    SELECT m.place, head.movement_no + m.place AS movement_no, m.line_id, m.kind, m.amount,
           m.holder_id, head.recorded_at,
           json_build_array(1, head.movement_no + m.place, m.kind, m.amount::numeric(18, 2)::text,
               %(document_id)s::uuid, m.holder_id, %(day)s::date, %(officer_id)s::uuid,
               to_char(head.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
               l.id, l.fiscal_year, l.fund_source, l.plan, l.task, l.expenditure_type, l.project,
               l.name)::text AS text
      FROM json_to_recordset(%(movements)s::json)
           AS m (place bigint, line_id uuid, kind varchar, amount numeric, holder_id uuid)
      JOIN budget_line l ON l.id = m.line_id, head
), chain AS (
    SELECT 0::bigint AS place, hash::text FROM head
     UNION ALL
    SELECT told.place, encode(sha256(convert_to(chain.hash || told.text, 'UTF8')), 'hex')
      FROM chain JOIN told ON told.place = chain.place + 1
), sealed AS (
    INSERT INTO budget_movement (movement_no, line_id, kind, amount, document_id, holder_id, day,
                                 officer_id, recorded_at, hash)
    SELECT told.movement_no, told.line_id, told.kind, told.amount, %(document_id)s::uuid,
           told.holder_id, %(day)s::date, %(officer_id)s::uuid, told.recorded_at, chain.hash
      FROM told JOIN chain USING (place)
    RETURNING movement_no, hash, recorded_at
)
UPDATE budget_head h
   SET movement_no = last.movement_no, hash = last.hash, recorded_at = last.recorded_at
  FROM (SELECT movement_no, hash, recorded_at FROM sealed ORDER BY movement_no DESC LIMIT 1) AS last
