-- Post entries: numbers, events, hashes, lines, balances and outbox rows, in two statements of one
-- message. One entry or a thousand, it is the same statement.
--
-- Note [The head is locked by a statement of its own]
-- The first statement waits for the head's row; the second starts afterwards, with a snapshot in
-- which everything posted before is visible. So the balances it tells are exact, and the lock, the
-- last that a posting takes, is held from here to COMMIT and no longer.
--
-- The clock may step back: recorded_at never does, so "as known at" has one answer for ever. It is
-- read once; entries posted together follow one another by a microsecond.

SELECT event_no FROM journal_head FOR UPDATE;

WITH RECURSIVE asked AS MATERIALIZED (
    SELECT * FROM unnest(%(kinds)s::varchar[], %(fiscal_years)s::smallint[], %(entry_dates)s::date[],
                         %(descriptions)s::varchar[], %(references)s::varchar[],
                         %(reverses)s::bigint[], %(canonical_rests)s::text[])
                  WITH ORDINALITY AS asked (kind, fiscal_year, entry_date, description, reference,
                                            reverses, canonical_rest, place)
), line AS MATERIALIZED (
    SELECT * FROM unnest(%(line_places)s::bigint[], %(line_nos)s::smallint[], %(accounts)s::varchar[],
                         %(debits)s::numeric[], %(credits)s::numeric[], %(memos)s::varchar[])
                  AS line (place, line_no, account, debit, credit, memo)
), wanted AS (
    SELECT kind, fiscal_year, count(*) AS many FROM asked GROUP BY kind, fiscal_year
), counter AS (
    INSERT INTO document_counter AS counted (kind, fiscal_year, last_no)
    SELECT kind, fiscal_year, many FROM wanted ORDER BY kind, fiscal_year
    ON CONFLICT (kind, fiscal_year) DO UPDATE SET last_no = counted.last_no + excluded.last_no
    RETURNING kind, fiscal_year, last_no
), before AS MATERIALIZED (
    SELECT event_no, hash,
           greatest(clock_timestamp(), recorded_at + interval '1 microsecond') AS recording_from
      FROM journal_head
), numbered AS MATERIALIZED (
    SELECT asked.*, before.event_no + asked.place AS event_no, before.hash AS head_hash,
           counter.last_no - wanted.many
               + row_number() OVER (PARTITION BY asked.kind, asked.fiscal_year ORDER BY place) AS no,
           recording_from + (asked.place - 1) * interval '1 microsecond' AS recorded_at
      FROM asked
      JOIN wanted USING (kind, fiscal_year)
      JOIN counter USING (kind, fiscal_year)
      CROSS JOIN before
), written AS MATERIALIZED (
    SELECT numbered.*, number,
           format('{"v":1,"event_no":%%s,"number":"%%s","recorded_at":"%%s",', event_no, number,
                  to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
           || canonical_rest AS canonical
      FROM numbered
     CROSS JOIN LATERAL (
           SELECT kind || '-' || lpad(no::text, greatest(5, length(no::text)), '0')
                  || '/' || lpad((fiscal_year %% 100)::text, 2, '0') AS number) AS named
), chain (place, hash) AS (
    SELECT place, encode(sha256(convert_to(head_hash || canonical, 'UTF8')), 'hex')
      FROM written WHERE place = 1
    UNION ALL
    SELECT written.place, encode(sha256(convert_to(chain.hash || written.canonical, 'UTF8')), 'hex')
      FROM chain JOIN written ON written.place = chain.place + 1
), sealed AS MATERIALIZED (
    SELECT written.*, chain.hash FROM written JOIN chain USING (place)
), head AS (
    UPDATE journal_head
       SET event_no = last.event_no, hash = last.hash, recorded_at = last.recorded_at
      FROM (SELECT event_no, hash, recorded_at FROM sealed ORDER BY place DESC LIMIT 1) AS last
), entry AS (
    INSERT INTO journal_entry (event_no, kind, fiscal_year, no, entry_date, description, reference,
                               recorded_at, officer_id, officer_name_th, reverses, canonical, hash)
    SELECT event_no, kind, fiscal_year, no, entry_date, description, reference,
           recorded_at, %(officer_id)s, %(officer_name_th)s, reverses, canonical, hash
      FROM sealed
), lines AS (
    INSERT INTO journal_line (event_no, line_no, account, entry_date, debit, credit, memo)
    SELECT sealed.event_no, line_no, account, sealed.entry_date, debit, credit, memo
      FROM line JOIN sealed USING (place)
), movement AS MATERIALIZED (
    SELECT account, date_trunc('month', asked.entry_date)::date AS starts_on,
           sum(debit) AS debit, sum(credit) AS credit
      FROM line JOIN asked USING (place)
     GROUP BY 1, 2
), balance AS (
    INSERT INTO account_balance AS kept (account, starts_on, debit, credit)
    SELECT account, starts_on, debit, credit FROM movement
    ON CONFLICT (account, starts_on)
    DO UPDATE SET debit = kept.debit + excluded.debit, credit = kept.credit + excluded.credit
), told AS (
    INSERT INTO shared.outbox (body_code, event_no, kind, recorded_at, payload)
    SELECT %(body_code)s, event_no, 'journal_entry', recorded_at,
           jsonb_build_object('number', number, 'entry_date', entry_date::text,
                              'fiscal_year', fiscal_year, 'lines',
                              (SELECT jsonb_agg(jsonb_build_array(account, debit::text, credit::text))
                                 FROM line WHERE line.place = sealed.place))
      FROM sealed
)
SELECT (SELECT json_agg(json_build_array(event_no, number, recorded_at, hash) ORDER BY place)
          FROM sealed),
       (SELECT json_agg(json_build_array(account, fiscal_year, balance::numeric(18, 2)::text)
                        ORDER BY account, fiscal_year)
          FROM (SELECT touched.account, touched.fiscal_year,
                       coalesce((SELECT sum(moved.debit - moved.credit) FROM movement moved
                                  WHERE moved.account = touched.account
                                    AND moved.starts_on >= counted_from AND moved.starts_on < ends_before), 0)
                     + coalesce((SELECT sum(kept.debit - kept.credit) FROM account_balance kept
                                  WHERE kept.account = touched.account
                                    AND kept.starts_on >= counted_from AND kept.starts_on < ends_before), 0) AS balance
                  FROM (SELECT DISTINCT line.account, asked.fiscal_year FROM line JOIN asked USING (place)) AS touched
                 CROSS JOIN LATERAL (
                       SELECT make_date(touched.fiscal_year - 543, 10, 1) AS ends_before,
                              CASE WHEN left(touched.account, 1) IN ('4', '5')
                                   THEN make_date(touched.fiscal_year - 544, 10, 1)
                                   ELSE '-infinity'::date END AS counted_from) AS year
               ) AS after)
