-- What the rules, the numbers and the seals of some entries need to know, in one message.
--
-- Note [Locks of a posting]
-- First the periods, FOR SHARE and in order of date, so that closing one waits for this posting; a
-- row of the kind alone, when there is one, closes the month for that kind. Then the journal's head,
-- which numbers and seals: postings of one body follow one another from here to COMMIT. The last
-- statement begins when the head is held, so its snapshot has everything posted before. The lock of
-- recording lets reports wait for postings that have taken their moment (reports.py).
-- A request whose key another one holds (accounting/answers.py) is refused in a moment: it does not
-- wait for the head, which that other one may hold.
--
-- A day closed to cash is asked for by the last statement too: whoever closes one holds the month's
-- row FOR UPDATE, so those after it see it (closing/days.py).
--
-- The clock may step back: recorded_at never does, so "as known at" has one answer for ever.

SELECT p.starts_on, p.kind, p.state, y.year, y.state
  FROM period p JOIN fiscal_year y ON y.year = p.fiscal_year
 WHERE p.starts_on = ANY(%(months)s::date[]) AND p.kind = ANY(%(kinds)s::varchar[])
 ORDER BY p.starts_on, p.kind FOR SHARE OF p;

SELECT pg_advisory_xact_lock_shared(hashtextextended(current_schema() || ' recording', 0))
  FROM journal_head
 WHERE current_setting('openlaas.claimed', true) IS DISTINCT FROM 'false' FOR UPDATE;

SELECT event_no, hash, greatest(clock_timestamp(), recorded_at + interval '1 microsecond'),
       (SELECT json_agg(json_build_array(kind, fiscal_year, last_no))::text FROM document_counter
         WHERE kind = ANY(%(kinds)s::varchar[]) AND fiscal_year = ANY(%(years)s::smallint[])),
       (SELECT json_agg(json_build_array(code, name_th, postable, from_fiscal_year,
                                          retired_from_fiscal_year))::text
          FROM (SELECT code, name_th, postable, from_fiscal_year, retired_from_fiscal_year
                  FROM shared.account WHERE code = ANY(%(accounts)s::varchar[])
                 UNION ALL
                SELECT code, name_th, true,
                       (SELECT above.from_fiscal_year FROM shared.account above
                         WHERE above.code = own.parent), retired_from_fiscal_year
                  FROM account own WHERE code = ANY(%(accounts)s::varchar[])) AS chart),
       (SELECT json_agg(starts_on)::text FROM period
         WHERE kind = 'DAY' AND state = 'closed' AND starts_on = ANY(%(days)s::date[])),
       (SELECT json_agg(json_build_array(touched.account, touched.fiscal_year, (
                   SELECT coalesce(sum(debit - credit), 0)::numeric(18, 2)::text
                     FROM account_balance kept
                    WHERE kept.account = touched.account
                      AND kept.starts_on >= counted_from AND kept.starts_on < ends_before)))::text
          FROM json_to_recordset(%(touched)s::json)
               AS touched (account varchar, fiscal_year smallint, counted_from date, ends_before date)),
       (SELECT json_agg(id)::text FROM budget_line WHERE id = ANY(%(budget_lines)s::uuid[]))
  FROM journal_head
