-- Move the columns of lines and set commitments; both are locked (budget_lock.sql).

UPDATE budget_line AS l
   SET approved = l.approved + m.approved, supplemented = l.supplemented + m.supplemented,
       transferred_in = l.transferred_in + m.transferred_in,
       transferred_out = l.transferred_out + m.transferred_out,
       carried_in = l.carried_in + m.carried_in, carried_out = l.carried_out + m.carried_out,
       lapsed = l.lapsed + m.lapsed, reserved = l.reserved + m.reserved,
       obligated = l.obligated + m.obligated, disbursed = l.disbursed + m.disbursed
  FROM json_to_recordset(%(lines)s::json)
       AS m (id uuid, approved numeric, supplemented numeric, transferred_in numeric,
             transferred_out numeric, carried_in numeric, carried_out numeric, lapsed numeric,
             reserved numeric, obligated numeric, disbursed numeric)
 WHERE l.id = m.id;

INSERT INTO commitment (document_id, line_id, kind, of_document, amount, drawn, released)
SELECT document_id, line_id, kind, of_document, amount, drawn, released
  FROM json_to_recordset(%(commitments)s::json)
       AS c (document_id uuid, line_id uuid, kind varchar, of_document uuid, amount numeric,
             drawn numeric, released numeric)
    ON CONFLICT (document_id, line_id, kind)
    DO UPDATE SET amount = excluded.amount, drawn = excluded.drawn, released = excluded.released
