"""The promises of documents' own tables, as questions that find whatever breaks one.

Numbers without a gap, open items, vouchers and cheques: each against the documents and the entries
that it comes from. Rows of (event_no or none, detail), without an ORDER BY of their own, as those
of the journal's verification, which asks them.
"""

from accounting.documents.series import CERTIFICATES, RETURNS, SERIES, VOUCHERS

_KINDS = ", ".join(
    f"('{kind}', '{series.name}', '{series.mark and series.mark + '-'}')"
    for kind, series in SERIES.items()
)
# A number that cannot be read is none: it leaves a gap in its series.
_TAKEN = f"""
    SELECT series, fiscal_year, found[1]::int AS no
      FROM (SELECT k.series, d.fiscal_year,
                   regexp_match(d.number, '^' || k.mark || '([0-9]{{5,9}})/[0-9]{{2}}$') AS found
              FROM document d JOIN (VALUES {_KINDS}) AS k (kind, series, mark) USING (kind)
             WHERE d.number IS NOT NULL
            UNION ALL
            SELECT '{VOUCHERS} ' || substr(number, 4, 16), fiscal_year,
                   regexp_match(number, '^[0-9-]{{19}}-([0-9]{{5,9}})$')
              FROM document WHERE kind = 'DIKA' AND number IS NOT NULL
            UNION ALL
            SELECT '{VOUCHERS}', d.fiscal_year, regexp_match(v.treasury_no, '^([0-9]{{5,9}})/')
              FROM payment_voucher v JOIN document d USING (id) WHERE v.treasury_no IS NOT NULL
            UNION ALL
            SELECT '{RETURNS} ' || split_part(number, '-', 1), fiscal_year,
                   regexp_match(number, '-([0-9]{{5,9}})/')
              FROM document WHERE kind = 'PND' AND number IS NOT NULL
            UNION ALL
            SELECT '{CERTIFICATES}', extract(year FROM paid_on + interval '3 months')::int + 543,
                   regexp_match(certificate_no, '^([0-9]{{5,9}})/')
              FROM withheld_tax WHERE certificate_no IS NOT NULL) AS printed
     WHERE found IS NOT NULL
"""
# What each document opened of an account and took out of it, by kind of item.
_MOVED = """
    SELECT document_id, account, kind, sum(amount) AS moved
      FROM (SELECT document_id, account, kind, amount FROM open_item
            UNION ALL
            SELECT m.document_id, i.account, i.kind, -m.amount
              FROM open_item_movement m JOIN open_item i ON i.id = m.item_id) AS one
     GROUP BY document_id, account, kind
"""
_VOUCHER_OF_CHEQUE = """
    SELECT id, content ->> 'voucher' AS voucher FROM document WHERE kind = 'CHEQUE'
"""

CHECKS: dict[str, str] = {
    "documents numbered without gap": f"""
        SELECT NULL::bigint, format('%%s of %%s: %%s follows %%s', series, fiscal_year, no,
                                    previous)
          FROM (SELECT series, fiscal_year, no,
                       lag(no, 1, 0) OVER (PARTITION BY series, fiscal_year ORDER BY no)
                           AS previous
                  FROM ({_TAKEN}) AS taken) AS numbered
         WHERE no <> previous + 1
    """,
    "series of documents": f"""
        SELECT NULL::bigint, format('%%s of %%s: the series says %%s, the documents %%s', series,
                                    fiscal_year, s.last_no, t.last_no)
          FROM document_series s
          FULL JOIN (SELECT series, fiscal_year, max(no) AS last_no
                       FROM ({_TAKEN}) AS taken GROUP BY 1, 2) AS t USING (series, fiscal_year)
         WHERE s.last_no IS DISTINCT FROM t.last_no
    """,
    "open items are the sums of movements": """
        SELECT NULL::bigint, format('%%s %%s: kept %%s/%%s, moved %%s/%%s', i.kind, i.id,
                                    i.settled, i.written_off, m.settled, m.written_off)
          FROM open_item i
          FULL JOIN (SELECT item_id, count(*) AS movements, max(movement_no) AS last_no,
                            coalesce(sum(amount) FILTER (WHERE kind = 'settle'), 0) AS settled,
                            coalesce(sum(amount) FILTER (WHERE kind = 'write_off'), 0)
                                AS written_off
                       FROM open_item_movement GROUP BY item_id) AS m ON m.item_id = i.id
         WHERE i.id IS NULL
            OR (i.settled, i.written_off, i.last_movement_no, i.last_movement_no)
               IS DISTINCT FROM (coalesce(m.settled, 0), coalesce(m.written_off, 0),
                                 coalesce(m.last_no, 0), coalesce(m.movements, 0))
    """,
    # Of each account, what a document opened and took out is what its entries say. A voucher takes
    # a deposit out when it is approved, and posts when it is paid.
    "open items are what was posted": f"""
        SELECT p.event_no, format('%%s of account %%s by document %%s: opened and taken out %%s,'
                                  ' posted %%s', item.kind, account, document_id, moved,
                                  coalesce(CASE item.kind WHEN 'receivable' THEN posted
                                                          ELSE -posted END, 0))
          FROM ({_MOVED}) AS item
          LEFT JOIN document d ON d.id = document_id
          LEFT JOIN (SELECT e.document_id, l.account, max(event_no) AS event_no,
                            sum(l.debit - l.credit) AS posted
                       FROM journal_entry e JOIN journal_line l USING (event_no)
                      WHERE e.document_id IS NOT NULL GROUP BY 1, 2) AS p
               USING (document_id, account)
         WHERE d.id IS NULL
            OR (moved <> coalesce(CASE item.kind WHEN 'receivable' THEN posted ELSE -posted END, 0)
                AND (d.kind, d.state) <> ('DIKA', 'approved'))
    """,
    "vouchers are their documents": """
        SELECT NULL::bigint, format('voucher %%s: kept gross %%s, net %%s, treasury number %%s;'
                                    ' its document is %%s, of %%s, %%s, %%s',
                                    coalesce(d.number, v.id::text), v.gross, v.net, v.treasury_no,
                                    d.state, d.amount, d.content ->> 'net',
                                    d.content ->> 'treasury_no')
          FROM payment_voucher v
          FULL JOIN (SELECT * FROM document WHERE kind = 'DIKA') AS d USING (id)
         WHERE (v.gross = d.amount) IS NOT TRUE
            OR (v.net = CASE WHEN pg_input_is_valid(d.content ->> 'net', 'numeric')
                             THEN (d.content ->> 'net')::numeric END) IS NOT TRUE
            OR v.treasury_no IS DISTINCT FROM d.content ->> 'treasury_no'
            OR v.is_live = (d.state = 'cancelled')
    """,
    # What left cash and banks for a voucher, less what its cancelled cheques brought back.
    "vouchers are paid by their entries": f"""
        SELECT event_no, format('voucher %%s is %%s, to be paid %%s; its entries paid %%s', number,
                                state, meant, coalesce(paid, 0))
          FROM (SELECT v.id::text AS voucher, d.number, d.state,
                       CASE WHEN d.state = 'paid' AND d.content -> 'payment' ->> 'bank' IS NOT NULL
                            THEN v.net ELSE 0 END AS meant
                  FROM payment_voucher v JOIN document d USING (id)) AS v
          LEFT JOIN (SELECT coalesce(c.voucher, e.document_id::text) AS voucher,
                            max(event_no) AS event_no, sum(l.credit - l.debit) AS paid
                       FROM journal_entry e JOIN journal_line l USING (event_no)
                       LEFT JOIN ({_VOUCHER_OF_CHEQUE}) AS c ON c.id = e.document_id
                      WHERE e.document_id IS NOT NULL AND starts_with(l.account, '1101')
                      GROUP BY 1) AS posted USING (voucher)
         WHERE meant <> coalesce(paid, 0)
    """,
    "cheques pay their vouchers": """
        SELECT NULL::bigint, format('cheque %%s, %%s of %%s: its document says %%s of %%s, voucher'
                                    ' of %%s', coalesce(d.number, c.id::text), c.cheque_no,
                                    c.bank_account, d.content ->> 'cheque_no', d.amount, v.net)
          FROM cheque c
          FULL JOIN (SELECT * FROM document WHERE kind = 'CHEQUE') AS d USING (id)
          LEFT JOIN payment_voucher v ON v.id::text = d.content ->> 'voucher'
         WHERE (v.net = d.amount) IS NOT TRUE
            OR c.cheque_no IS DISTINCT FROM d.content ->> 'cheque_no'
            OR c.bank_account <> d.content ->> 'bank_account'
        UNION ALL
        SELECT NULL, format('voucher %%s is %%s and has %%s cheques', v.number, v.state,
                            count(c.id))
          FROM document v
          LEFT JOIN document c ON c.kind = 'CHEQUE' AND c.state <> 'cancelled'
                              AND c.content ->> 'voucher' = v.id::text
         WHERE v.kind = 'DIKA'
         GROUP BY v.id
        HAVING count(c.id) <> CASE WHEN v.state = 'paid'
                                    AND v.content -> 'payment' ->> 'bank' IS NOT NULL
                                   THEN 1 ELSE 0 END
    """,
}
