-- The bare rows of a document that is made and numbered: its number in its series, itself, its step.

INSERT INTO document_series AS kept (series, fiscal_year, last_no) VALUES ('LIMIT', <year>, 1)
    ON CONFLICT (series, fiscal_year) DO UPDATE SET last_no = kept.last_no + 1;

WITH made AS (
    INSERT INTO document (id, kind, fiscal_year, state, document_date, description, amount, version,
                          prepared_by, content, number)
    SELECT uuidv7(), 'LIMIT', <year>, 'draft', '<day>', 'รับเงินจาก นายมานะ อดทน', 100.50, 1,
           '00000000-0000-4000-8000-000000000000',
           '{"payer": "นายมานะ อดทน", "method": "cash", "received_on": "<day>", "lines":
             [{"account": "4401010104.001", "amount": "100.50", "memo": null, "receivable": null}]}',
           'LIMIT-' || last_no
      FROM document_series WHERE series = 'LIMIT' AND fiscal_year = <year>
    RETURNING id
)
INSERT INTO document_step (document_id, step_no, action, state, officer_id, officer_name_th, is_acting)
SELECT id, 1, 'draft', 'draft', '00000000-0000-4000-8000-000000000000', 'นางสาวสมหญิง ใจดี', false
  FROM made;
