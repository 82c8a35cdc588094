-- Write entries, lines, balances, numbers, head, outbox rows and a notice: one entry or a thousand, the
-- same words. They follow journal/known.sql in the transaction, which holds the journal's head.

INSERT INTO journal_entry (event_no, kind, fiscal_year, no, entry_date, description, reference,
                           recorded_at, officer_id, officer_name_th, reverses, canonical, hash,
                           document_id, rule)
SELECT event_no, kind, fiscal_year, no, entry_date, description, reference,
       recorded_at, %(officer_id)s::uuid, %(officer_name_th)s::varchar, reverses, canonical, hash,
       document_id, rule
  FROM json_to_recordset(%(entries)s::json)
       AS entry (event_no bigint, kind varchar, fiscal_year smallint, no integer, entry_date date,
                 description varchar, reference varchar, recorded_at timestamptz, reverses bigint,
                 canonical text, hash varchar, document_id uuid, rule varchar);

INSERT INTO journal_line (event_no, line_no, account, entry_date, debit, credit, memo, budget_line)
SELECT event_no, line_no, account, entry_date, debit, credit, memo, budget_line
  FROM json_to_recordset(%(lines)s::json)
       AS line (event_no bigint, line_no smallint, account varchar, entry_date date,
                debit numeric, credit numeric, memo varchar, budget_line uuid);

INSERT INTO account_balance AS kept (account, starts_on, debit, credit)
SELECT account, starts_on, debit, credit
  FROM json_to_recordset(%(movements)s::json)
       AS movement (account varchar, starts_on date, debit numeric, credit numeric)
    ON CONFLICT (account, starts_on)
    DO UPDATE SET debit = kept.debit + excluded.debit, credit = kept.credit + excluded.credit;

INSERT INTO document_counter (kind, fiscal_year, last_no)
SELECT kind, fiscal_year, last_no
  FROM json_to_recordset(%(counters)s::json) AS counter (kind varchar, fiscal_year smallint, last_no integer)
    ON CONFLICT (kind, fiscal_year) DO UPDATE SET last_no = excluded.last_no;

UPDATE journal_head
   SET event_no = %(event_no)s, hash = %(hash)s, recorded_at = %(recorded_at)s;

INSERT INTO shared.outbox (body_code, generation, event_no, kind, recorded_at, payload)
SELECT %(body_code)s::varchar, (SELECT generation FROM body_identity), event_no, 'journal_entry',
       recorded_at, payload
  FROM json_to_recordset(%(events)s::json) AS event (event_no bigint, recorded_at timestamptz, payload jsonb);

INSERT INTO shared.notice (body_code, about) VALUES (%(body_code)s::varchar, 'entry')
