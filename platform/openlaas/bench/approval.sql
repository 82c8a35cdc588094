-- The bare rows of an approval beside its posting: a document moved and signed, a budget line spent and
-- the sealed movement that says so. The line is the first of the body's, the document its latest.

WITH moved AS (
    UPDATE document SET version = version + 1, content = content || '{"signed_on": {"approve": "<day>"}}'
     WHERE id = (SELECT id FROM document WHERE kind = 'BORD' ORDER BY id LIMIT 1) RETURNING id, version
)
INSERT INTO document_step (document_id, step_no, action, state, officer_id, officer_name_th, is_acting)
SELECT id, (SELECT max(step_no) + 1 FROM document_step WHERE document_id = moved.id), 'limit', 'in_force',
       '00000000-0000-4000-8000-000000000000', 'นางสาวสมหญิง ใจดี', false
  FROM moved;

UPDATE budget_line SET reserved = reserved + 0.01, disbursed = disbursed + 0.01
 WHERE id = (SELECT id FROM budget_line ORDER BY id LIMIT 1);

SELECT "only" FROM budget_head FOR UPDATE;

WITH sealed AS (
    INSERT INTO budget_movement (movement_no, line_id, kind, amount, document_id, day, officer_id,
                                 recorded_at, hash)
    SELECT head.movement_no + 1, line.id, 'disburse', 0.01, line.id, '<day>',
           '00000000-0000-4000-8000-000000000000', clock_timestamp(),
           encode(sha256(convert_to(head.hash || line.name, 'UTF8')), 'hex')
      FROM budget_head head, (SELECT id, name FROM budget_line ORDER BY id LIMIT 1) AS line
    RETURNING movement_no, hash, recorded_at
)
UPDATE budget_head head
   SET movement_no = sealed.movement_no, hash = sealed.hash, recorded_at = sealed.recorded_at
  FROM sealed;
