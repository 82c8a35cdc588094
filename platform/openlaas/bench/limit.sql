-- One posting with all that the product's own SQL does (accounting/answers.py, journal/known.sql and
-- posting.sql), in one message and with no application: the key claimed and its answer looked for, the
-- month held, the head locked, number, accounts and balances asked for; entry, lines, balances, number,
-- seal and outbox row written; the answer kept. Nothing is decided outside, so nothing waits between.
-- least.sql has the bare rows of an entry alone.

SELECT set_config('openlaas.key', gen_random_uuid()::text, true);

SELECT set_config('openlaas.claimed', pg_try_advisory_xact_lock(hashtextextended(
         current_schema() || 'POST journal-entries ' || current_setting('openlaas.key'), 0))::text, true);

SELECT current_setting('openlaas.claimed')::boolean, kept.request_sha256, kept.status, kept.answer
  FROM (SELECT 1) AS one
  LEFT JOIN answered_request kept
    ON kept.route = 'POST journal-entries' AND kept.key = current_setting('openlaas.key');

SELECT p.starts_on, p.kind, p.state, y.year, y.state
  FROM period p JOIN fiscal_year y ON y.year = p.fiscal_year
 WHERE p.starts_on = '<month>' AND p.kind IN ('', 'JV')
 ORDER BY p.starts_on, p.kind FOR SHARE OF p;

SELECT pg_advisory_xact_lock_shared(hashtextextended(current_schema() || ' recording', 0))
  FROM journal_head FOR UPDATE;

SELECT event_no, hash, greatest(clock_timestamp(), recorded_at + interval '1 microsecond'),
       (SELECT json_agg(json_build_array(kind, fiscal_year, last_no)) FROM document_counter
         WHERE kind IN ('', 'JV') AND fiscal_year = <year>),
       (SELECT json_agg(json_build_array(code, name_th, postable, retired_from_fiscal_year))
          FROM (SELECT code, name_th, postable, retired_from_fiscal_year FROM shared.account
                 WHERE code IN ('1101010101.001', '4401010104.001')
                 UNION ALL
                SELECT code, name_th, true, retired_from_fiscal_year FROM account
                 WHERE code IN ('1101010101.001', '4401010104.001')) AS chart),
       (SELECT json_agg(json_build_array(account, after))
          FROM (SELECT account, sum(debit - credit)::numeric(18, 2)::text AS after
                  FROM account_balance
                 WHERE account IN ('1101010101.001', '4401010104.001') GROUP BY account) AS told)
  FROM journal_head;

INSERT INTO document_counter AS kept (kind, fiscal_year, last_no) VALUES ('JV', <year>, 1)
    ON CONFLICT (kind, fiscal_year) DO UPDATE SET last_no = kept.last_no + 1;

UPDATE journal_head
   SET event_no = event_no + 1,
       recorded_at = greatest(clock_timestamp(), recorded_at + interval '1 microsecond');

INSERT INTO journal_entry (event_no, kind, fiscal_year, no, entry_date, description, reference,
                           recorded_at, officer_id, officer_name_th, reverses, canonical, hash)
SELECT event_no, 'JV', <year>, last_no, '<day>', 'รับเงินรายได้จัดเก็บเอง', 'ฎ.1/70', recorded_at,
       '00000000-0000-4000-8000-000000000000', 'นางสาวสมหญิง ใจดี', NULL, canonical,
       encode(sha256(convert_to(hash || canonical, 'UTF8')), 'hex')
  FROM (SELECT head.*, last_no,
               format('{"v":1,"event_no":%s,"number":"JV-%s/70","recorded_at":"%s","body":"<body>",'
                      '"description":"รับเงินรายได้จัดเก็บเอง","entry_date":"<day>","lines":'
                      '[["1101010101.001","100.50","0.00",null],["4401010104.001","0.00","100.50",null]],'
                      '"officer":"00000000-0000-4000-8000-000000000000",'
                      '"officer_name_th":"นางสาวสมหญิง ใจดี","reference":"ฎ.1/70","reverses":null}',
                      event_no, lpad(last_no::text, greatest(5, length(last_no::text)), '0'),
                      to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
               AS canonical
          FROM journal_head head, document_counter
         WHERE kind = 'JV' AND fiscal_year = <year>) AS written;

UPDATE journal_head head
   SET hash = (SELECT hash FROM journal_entry entry WHERE entry.event_no = head.event_no);

INSERT INTO journal_line (event_no, line_no, account, entry_date, debit, credit, memo)
SELECT event_no, line_no, account, '<day>', debit, credit, NULL
  FROM journal_head, (VALUES (1, '1101010101.001', 100.50, 0), (2, '4401010104.001', 0, 100.50))
                     AS line (line_no, account, debit, credit);

INSERT INTO account_balance AS kept (account, starts_on, debit, credit)
VALUES ('1101010101.001', '<month>', 100.50, 0), ('4401010104.001', '<month>', 0, 100.50)
    ON CONFLICT (account, starts_on)
    DO UPDATE SET debit = kept.debit + excluded.debit, credit = kept.credit + excluded.credit;

INSERT INTO shared.outbox (body_code, event_no, kind, recorded_at, payload)
SELECT '<body>', event_no, 'journal_entry', recorded_at,
       '{"entry_date": "<day>", "fiscal_year": <year>, "lines":
         [["1101010101.001", "100.50", "0.00"], ["4401010104.001", "0.00", "100.50"]]}'
  FROM journal_head;

INSERT INTO answered_request (route, key, request_sha256, status, answer)
VALUES ('POST journal-entries', current_setting('openlaas.key'),
        '0000000000000000000000000000000000000000000000000000000000000000', 201,
        '{"number": "JV-00001/70", "event_no": 1, "fiscal_year": <year>, "entry_date": "<day>",
  "description": "รับเงินรายได้จัดเก็บเอง", "reference": "ฎ.1/70", "posted_at": "2026-10-05T03:00:00.000001Z",
  "posted_by": "นางสาวสมหญิง ใจดี", "lines": [
   {"account": "1101010101.001", "name_th": "เงินสดในมือ", "debit": "100.50", "credit": "0.00", "memo": null},
   {"account": "4401010104.001", "name_th": "รายได้ภาษีที่ดินและสิ่งปลูกสร้าง", "debit": "0.00", "credit": "100.50", "memo": null}],
  "balances": [
   {"account": "1101010101.001", "name_th": "เงินสดในมือ", "fiscal_year": <year>, "debit": "100.50", "credit": "0.00"},
   {"account": "4401010104.001", "name_th": "รายได้ภาษีที่ดินและสิ่งปลูกสร้าง", "fiscal_year": <year>, "debit": "0.00", "credit": "100.50"}],
  "hash": "0000000000000000000000000000000000000000000000000000000000000000"}')
