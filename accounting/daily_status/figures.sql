-- Cash and banks at the end of a day, by the books: what was brought forward, what came and went.
-- Months before are read from the balances, the month itself from its lines.
WITH moved AS (
    SELECT b.account, 'before' AS how, sum(b.debit) AS debit, sum(b.credit) AS credit
      FROM account_balance b
     WHERE b.account LIKE '1101%%' AND b.starts_on < date_trunc('month', %(day)s::date)
     GROUP BY b.account
     UNION ALL
    SELECT l.account,
           CASE WHEN l.entry_date < %(day)s::date THEN 'before'
                WHEN (SELECT e.rule FROM journal_entry e WHERE e.event_no = l.event_no) = 'RV02'
                THEN 'banked' ELSE 'other' END, sum(l.debit), sum(l.credit)
      FROM journal_line l
     WHERE l.account LIKE '1101%%'
       AND l.entry_date BETWEEN date_trunc('month', %(day)s::date) AND %(day)s::date
     GROUP BY 1, 2
), account_day AS (
    SELECT account, account LIKE '1101010101.%%' AS is_cash,
           coalesce(sum(debit - credit) FILTER (WHERE how = 'before'), 0) AS brought_forward,
           coalesce(sum(debit) FILTER (WHERE how <> 'before'), 0) AS received,
           coalesce(sum(credit) FILTER (WHERE how = 'banked'), 0) AS banked,
           coalesce(sum(credit) FILTER (WHERE how = 'other'), 0) AS paid,
           sum(debit - credit) AS carried_forward
      FROM moved GROUP BY account
), cash AS (
    SELECT coalesce(sum(brought_forward), 0) AS brought_forward,
           coalesce(sum(received), 0) AS received, coalesce(sum(banked), 0) AS banked,
           coalesce(sum(paid), 0) AS paid, coalesce(sum(carried_forward), 0) AS carried_forward
      FROM account_day WHERE is_cash
)
SELECT json_build_object(
    'date', %(day)s::date,
    'cash', (SELECT json_build_object(
                'brought_forward', brought_forward::numeric(18, 2)::text,
                'received', received::numeric(18, 2)::text,
                'banked', banked::numeric(18, 2)::text, 'paid', paid::numeric(18, 2)::text,
                'carried_forward', carried_forward::numeric(18, 2)::text) FROM cash),
    'banks', (SELECT coalesce(json_agg(json_build_object(
                'account', account,
                'name_th', coalesce((SELECT name_th FROM account a WHERE a.code = account_day.account),
                                    (SELECT name_th FROM shared.account a
                                      WHERE a.code = account_day.account)),
                'brought_forward', brought_forward::numeric(18, 2)::text,
                'deposited', received::numeric(18, 2)::text,
                'paid', (banked + paid)::numeric(18, 2)::text,
                'carried_forward', carried_forward::numeric(18, 2)::text) ORDER BY account), '[]')
                FROM account_day WHERE NOT is_cash),
    'cheques_not_collected', (SELECT json_build_object(
                'count', count(*), 'amount', coalesce(sum(amount), 0)::numeric(18, 2)::text)
                FROM document WHERE kind = 'CHEQUE' AND state = 'signed'
                 AND document_date <= %(day)s::date))::text
