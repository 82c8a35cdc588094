-- Post entries: numbers, events, hashes, lines, balances and outbox rows, in two statements of one
-- message. One entry or a thousand, it is the same statement; {hash} alone differs.
--
-- Note [The head is locked by a statement of its own]
-- The first statement waits for the head's row; the second starts afterwards, with a snapshot in
-- which everything posted before is visible. So the balances it tells are exact, and the lock, the
-- last that a posting takes, is held from here to COMMIT and no longer.
--
-- The clock may step back: recorded_at never does, so "as known at" has one answer for ever. It is
-- read once; entries posted together follow one another by a microsecond.

SELECT event_no FROM journal_head FOR UPDATE;

WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(%(kinds)s::varchar[], %(fiscal_years)s::smallint[], %(entry_dates)s::date[],
                         %(descriptions)s::varchar[], %(references)s::varchar[], %(reverses)s::bigint[],
                         %(canonical_rests)s::text[], %(payloads)s::jsonb[])
                  WITH ORDINALITY AS asked (kind, fiscal_year, entry_date, description, reference,
                                            reverses, canonical_rest, payload, place)
), line AS MATERIALIZED (
    SELECT * FROM unnest(%(line_places)s::bigint[], %(line_nos)s::smallint[], %(line_dates)s::date[],
                         %(accounts)s::varchar[], %(debits)s::numeric[], %(credits)s::numeric[],
                         %(memos)s::varchar[])
                  AS line (place, line_no, entry_date, account, debit, credit, memo)
), counter AS (
    INSERT INTO document_counter AS counted (kind, fiscal_year, last_no)
    SELECT kind, fiscal_year, count(*) FROM asked GROUP BY kind, fiscal_year ORDER BY kind, fiscal_year
    ON CONFLICT (kind, fiscal_year) DO UPDATE SET last_no = counted.last_no + excluded.last_no
    RETURNING kind, fiscal_year, last_no
), before AS MATERIALIZED (
    SELECT event_no, hash,
           greatest(clock_timestamp(), recorded_at + interval '1 microsecond') AS recording_from
      FROM journal_head
), numbered AS MATERIALIZED (
    SELECT asked.*, before.event_no + asked.place AS event_no, before.hash AS head_hash,
           counter.last_no + 1 - row_number()
               OVER (PARTITION BY asked.kind, asked.fiscal_year ORDER BY asked.place DESC) AS no,
           recording_from + (asked.place - 1) * interval '1 microsecond' AS recorded_at
      FROM asked JOIN counter USING (kind, fiscal_year) CROSS JOIN before
), written AS MATERIALIZED (
    SELECT numbered.*, number,
           format('{{"v":1,"event_no":%%s,"number":"%%s","recorded_at":"%%s",', event_no, number,
                  to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
           || canonical_rest AS canonical
      FROM numbered
     CROSS JOIN LATERAL (
           SELECT kind || '-' || lpad(no::text, greatest(5, length(no::text)), '0')
                  || '/' || lpad((fiscal_year %% 100)::text, 2, '0') AS number) AS named
), sealed AS MATERIALIZED (
    SELECT written.*, {hash} AS hash FROM written
), head AS (
    UPDATE journal_head SET event_no = last.event_no, hash = last.hash, recorded_at = last.recorded_at
      FROM (SELECT event_no, hash, recorded_at FROM sealed ORDER BY place DESC LIMIT 1) AS last
), entry AS (
    INSERT INTO journal_entry (event_no, kind, fiscal_year, no, entry_date, description, reference,
                               recorded_at, officer_id, officer_name_th, reverses, canonical, hash)
    SELECT event_no, kind, fiscal_year, no, entry_date, description, reference,
           recorded_at, %(officer_id)s, %(officer_name_th)s, reverses, canonical, hash
      FROM sealed
), lines AS (
    INSERT INTO journal_line (event_no, line_no, account, entry_date, debit, credit, memo)
    SELECT event_no, line_no, account, line.entry_date, debit, credit, memo
      FROM line JOIN sealed USING (place)
), movement AS MATERIALIZED (
    SELECT account, date_trunc('month', entry_date)::date AS starts_on,
           sum(debit) AS debit, sum(credit) AS credit
      FROM line GROUP BY 1, 2
), balance AS (
    INSERT INTO account_balance AS kept (account, starts_on, debit, credit)
    SELECT account, starts_on, debit, credit FROM movement
    ON CONFLICT (account, starts_on)
    DO UPDATE SET debit = kept.debit + excluded.debit, credit = kept.credit + excluded.credit
), told AS (
    INSERT INTO shared.outbox (body_code, event_no, kind, recorded_at, payload)
    SELECT %(body_code)s, event_no, 'journal_entry', recorded_at,
           payload || jsonb_build_object('number', number)
      FROM sealed
)
SELECT (SELECT json_agg(json_build_array(event_no, number, recorded_at, hash) ORDER BY place)
          FROM sealed),
       (SELECT json_agg(json_build_array(account, fiscal_year, (
                   SELECT coalesce(sum(debit - credit), 0)::numeric(18, 2)::text
                     FROM (SELECT debit, credit FROM account_balance kept
                            WHERE kept.account = touched.account
                              AND kept.starts_on >= counted_from AND kept.starts_on < ends_before
                            UNION ALL
                           SELECT debit, credit FROM movement moved
                            WHERE moved.account = touched.account
                              AND moved.starts_on >= counted_from AND moved.starts_on < ends_before
                          ) AS both_sides)))
          FROM unnest(%(touched_accounts)s::varchar[], %(touched_years)s::smallint[],
                      %(counted_from)s::date[], %(ends_before)s::date[])
               AS touched (account, fiscal_year, counted_from, ends_before))
