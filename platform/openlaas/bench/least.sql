-- The bare rows of an entry, its lines, balances, number, hash and outbox row, with the same triggers:
-- nobody's key is claimed, no month is held, no account looked up, no answer kept. It is less than a
-- posting; limit.sql is the limit.
--
-- Simple statements in one message are faster than one statement of many parts: PostgreSQL plans less.

SELECT FROM journal_head FOR UPDATE;

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

SELECT event_no, hash, recorded_at,
       (SELECT json_agg(json_build_array(account, after))
          FROM (SELECT account, sum(debit - credit)::text AS after FROM account_balance
                 WHERE account IN ('1101010101.001', '4401010104.001') GROUP BY account) AS told)
  FROM journal_head
