-- Post one entry: number, event, hash, lines, balances and outbox row, in two statements of one
-- message.
--
-- Note [The head is locked by a statement of its own]
-- The first statement waits for the head's row; the second starts afterwards, with a snapshot in
-- which everything posted before is visible. So the balances it tells are exact, and the lock, the
-- last that a posting takes, is held from here to COMMIT and no longer.
--
-- The clock may step back: recorded_at never does, so "as known at" has one answer for ever.

SELECT event_no FROM journal_head FOR UPDATE;

WITH counter AS (
    INSERT INTO document_counter AS counted (kind, fiscal_year, last_no)
    VALUES (%(kind)s, %(fiscal_year)s, 1)
    ON CONFLICT (kind, fiscal_year) DO UPDATE SET last_no = counted.last_no + 1
    RETURNING last_no
), numbered AS MATERIALIZED (
    SELECT head.event_no + 1 AS event_no,
           counter.last_no AS no,
           format('%%s-%%s/%%s', %(kind)s, lpad(counter.last_no::text, greatest(5, length(counter.last_no::text)), '0'),
                  lpad((%(fiscal_year)s %% 100)::text, 2, '0')) AS number,
           greatest(clock_timestamp(), head.recorded_at + interval '1 microsecond') AS recorded_at,
           head.hash AS previous
      FROM journal_head head, counter
), written AS MATERIALIZED (
    SELECT numbered.*,
           format('{"v":1,"event_no":%%s,"number":"%%s","recorded_at":"%%s",', event_no, number,
                  to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
           || %(canonical_rest)s AS canonical
      FROM numbered
), sealed AS MATERIALIZED (
    SELECT written.*, encode(sha256(convert_to(previous || canonical, 'UTF8')), 'hex') AS hash
      FROM written
), head AS (
    UPDATE journal_head SET event_no = sealed.event_no, hash = sealed.hash, recorded_at = sealed.recorded_at
      FROM sealed
), entry AS (
    INSERT INTO journal_entry (event_no, kind, fiscal_year, no, entry_date, description, reference,
                               recorded_at, officer_id, officer_name_th, canonical, hash)
    SELECT event_no, %(kind)s, %(fiscal_year)s, no, %(entry_date)s, %(description)s, %(reference)s,
           recorded_at, %(officer_id)s, %(officer_name_th)s, canonical, hash
      FROM sealed
), line AS MATERIALIZED (
    SELECT * FROM unnest(%(accounts)s::varchar[], %(debits)s::numeric[], %(credits)s::numeric[], %(memos)s::varchar[])
                  WITH ORDINALITY AS line (account, debit, credit, memo, line_no)
), lines AS (
    INSERT INTO journal_line (event_no, line_no, account, entry_date, debit, credit, memo)
    SELECT sealed.event_no, line_no, account, %(entry_date)s, debit, credit, memo
      FROM sealed, line
), movement AS MATERIALIZED (
    SELECT account, sum(debit) AS debit, sum(credit) AS credit FROM line GROUP BY account
), balance AS (
    INSERT INTO account_balance AS kept (account, starts_on, debit, credit)
    SELECT account, %(month)s, debit, credit FROM movement
    ON CONFLICT (account, starts_on)
    DO UPDATE SET debit = kept.debit + excluded.debit, credit = kept.credit + excluded.credit
), told AS (
    INSERT INTO shared.outbox (body_code, event_no, kind, recorded_at, payload)
    SELECT %(body_code)s, event_no, 'journal_entry', recorded_at,
           jsonb_build_object('number', number, 'entry_date', %(entry_date)s::text,
                              'fiscal_year', %(fiscal_year)s::int, 'movements',
                              (SELECT jsonb_agg(jsonb_build_array(account, debit::text, credit::text)) FROM movement))
      FROM sealed
)
SELECT sealed.event_no, sealed.number, sealed.recorded_at, sealed.hash,
       (SELECT json_agg(json_build_array(account, (balance)::numeric(18, 2)::text) ORDER BY account)
          FROM (SELECT movement.account,
                       movement.debit - movement.credit + coalesce((
                           SELECT sum(kept.debit - kept.credit) FROM account_balance kept
                            WHERE kept.account = movement.account
                              AND kept.starts_on < %(year_ends_before)s
                              AND (left(kept.account, 1) NOT IN ('4', '5') OR kept.starts_on >= %(year_starts_on)s)
                       ), 0) AS balance
                  FROM movement) AS after)
  FROM sealed
