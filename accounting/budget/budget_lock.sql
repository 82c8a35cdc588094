-- Note [Locks of the budget]
-- The lines in order of id, then the commitments in order of their key; whoever waits holds nothing
-- that comes later. The head of the ledger is taken in the message of COMMIT (budget_seal.sql), so it is
-- never held while a line is waited for: one transaction may move lines several times.
-- Of each document asked about, and of the one it draws from, every commitment is locked.

SELECT l.id, l.fiscal_year, y.state, l.fund_source, l.expenditure_type, l.name, l.available
  FROM budget_line l LEFT JOIN fiscal_year y ON y.year = l.fiscal_year
 WHERE l.id = ANY(%(lines)s::uuid[])
    OR l.id = ANY(ARRAY(SELECT line_id FROM commitment WHERE document_id = ANY(%(documents)s::uuid[])))
 ORDER BY l.id FOR UPDATE OF l;

SELECT document_id, line_id, kind, of_document, amount, drawn, released
  FROM commitment
 WHERE document_id = ANY(%(documents)s::uuid[])
    OR document_id = ANY(ARRAY(SELECT of_document FROM commitment
                                WHERE document_id = ANY(%(documents)s::uuid[])))
 ORDER BY document_id, line_id, kind FOR UPDATE
