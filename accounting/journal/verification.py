"""Do the books say of themselves what they should? Reads everything, changes nothing.

Each check is one statement that lists what is wrong, so it runs beside postings: it sees one
snapshot, in which every entry is whole.
"""

from dataclasses import dataclass

from accounting import books, books_seed
from accounting.budget import verification as budget
from accounting.journal import papers


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, and where.

    Attributes:
        check: which promise is broken.
        event_no: the entry it is found at; None when it is not about one entry.
        detail: what was found and what should be there.
    """

    check: str
    event_no: int | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """Whose books these say they are, and whether they are as they were on their first day.

    Attributes:
        is_untouched: nothing was ever written and the head and the years are as they were made, so
            no check could find anything.
    """

    body_code: str
    body_id: str
    generation: int
    is_untouched: bool


# Rows of (event_no, detail), without an ORDER BY of their own. Parameters: body_code, and genesis,
# the hash that the first entry follows.
CHECKS: dict[str, str] = {
    "hash chain": """
        SELECT event_no, 'the hash does not follow from the entry before and the text kept'
          FROM (SELECT event_no, hash, canonical,
                       lag(hash, 1, %(genesis)s) OVER (ORDER BY event_no) AS previous
                  FROM journal_entry) AS entry
         WHERE hash <> encode(sha256(convert_to(previous || canonical, 'UTF8')), 'hex')
    """,
    # Found at the head, or at the first event that only one of the two knows.
    "head of the chain": """
        SELECT CASE WHEN h.event_no = last.event_no THEN h.event_no
                    ELSE least(h.event_no, last.event_no) + 1 END,
               format('the head is event %%s of %%s, the last entry event %%s of %%s',
                      h.event_no, h.recorded_at, last.event_no, last.recorded_at)
          FROM (SELECT coalesce(max(event_no), 0) AS event_no,
                       coalesce(max(hash) FILTER (WHERE place = 1), %(genesis)s) AS hash,
                       max(recorded_at) AS recorded_at
                  FROM (SELECT 1 AS place, event_no, hash, recorded_at FROM journal_entry
                         ORDER BY event_no DESC LIMIT 1) AS entry) AS last
          LEFT JOIN journal_head h ON true
         WHERE (h.event_no, h.hash) IS DISTINCT FROM (last.event_no, last.hash)
            OR h.recorded_at <> last.recorded_at
    """,
    "events without gap": """
        SELECT previous + 1, format('event %%s follows %%s', event_no, previous)
          FROM (SELECT event_no, lag(event_no, 1, 0) OVER (ORDER BY event_no) AS previous
                  FROM journal_entry) AS entry
         WHERE event_no <> previous + 1
    """,
    "numbers without gap": """
        SELECT event_no, format('%%s %%s of %%s follows %%s', kind, no, fiscal_year, previous)
          FROM (SELECT event_no, kind, fiscal_year, no,
                       lag(no, 1, 0) OVER (PARTITION BY kind, fiscal_year ORDER BY event_no)
                           AS previous
                  FROM journal_entry) AS entry
         WHERE no <> previous + 1
    """,
    "counters": """
        SELECT e.event_no, format('%%s of %%s: the counter says %%s, the entries %%s', kind,
                                  fiscal_year, c.last_no, e.last_no)
          FROM document_counter c
          FULL JOIN (SELECT kind, fiscal_year, max(no) AS last_no, max(event_no) AS event_no
                       FROM journal_entry GROUP BY kind, fiscal_year) e USING (kind, fiscal_year)
         WHERE c.last_no IS DISTINCT FROM e.last_no
    """,
    "time of recording": """
        SELECT event_no, format('recorded at %%s, the entry before at %%s', recorded_at, previous)
          FROM (SELECT event_no, recorded_at,
                       lag(recorded_at) OVER (ORDER BY event_no) AS previous
                  FROM journal_entry) AS entry
         WHERE recorded_at <= previous
    """,
    "entries balance": """
        SELECT e.event_no, format('debit %%s, credit %%s, %%s lines',
                                  sum(l.debit), sum(l.credit), count(l.line_no))
          FROM journal_entry e LEFT JOIN journal_line l USING (event_no)
         GROUP BY e.event_no
        HAVING sum(l.debit) IS DISTINCT FROM sum(l.credit) OR count(l.line_no) < 2
    """,
    "lines belong to an entry": """
        SELECT DISTINCT l.event_no, 'lines of an entry that is not there'
          FROM journal_line l LEFT JOIN journal_entry e USING (event_no) WHERE e.event_no IS NULL
    """,
    # The text must say what the rows say, all of it and no more. A text of version 1 names no
    # document, rule or budget line, so neither may a row. One that is no JSON says nothing.
    "rows are what was hashed": """
        SELECT e.event_no, 'the rows differ from the text that was hashed'
          FROM journal_entry e
          LEFT JOIN (SELECT event_no, min(entry_date) AS first_date, max(entry_date) AS last_date,
                            count(*) = max(line_no) AS are_whole,
                            count(budget_line) > 0 AS name_budget_lines,
                            jsonb_agg(jsonb_build_array(account, debit::text, credit::text, memo)
                                      ORDER BY line_no) AS told,
                            jsonb_agg(jsonb_build_array(account, debit::text, credit::text, memo,
                                                        budget_line) ORDER BY line_no) AS told_all
                       FROM journal_line GROUP BY event_no) AS lines USING (event_no)
         WHERE lines.are_whole IS NOT TRUE
            OR (first_date, last_date) <> (e.entry_date, e.entry_date)
            OR CASE WHEN pg_input_is_valid(e.canonical, 'jsonb') THEN e.canonical::jsonb END
               IS DISTINCT FROM jsonb_build_object(
                   'v', 1, 'body', %(body_code)s::text, 'event_no', e.event_no,
                   'number', e.kind || '-' || lpad(e.no::text, greatest(5, length(e.no::text)), '0')
                             || '/' || lpad((e.fiscal_year %% 100)::text, 2, '0'),
                   'recorded_at', to_char(e.recorded_at AT TIME ZONE 'UTC',
                                          'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                   'entry_date', e.entry_date, 'description', e.description,
                   'reference', e.reference, 'reverses', e.reverses, 'officer', e.officer_id,
                   'officer_name_th', e.officer_name_th, 'lines', lines.told)
                  || CASE WHEN e.document_id IS NULL AND e.rule IS NULL AND NOT name_budget_lines
                          THEN '{}' ELSE jsonb_build_object(
                   'v', 2, 'document', e.document_id, 'rule', e.rule, 'lines', lines.told_all) END
    """,
    "balances are the sums of lines": """
        SELECT NULL::bigint, format('%%s in %%s: kept %%s/%%s, lines %%s/%%s', account, starts_on,
                                    b.debit, b.credit, s.debit, s.credit)
          FROM account_balance b
          FULL JOIN (SELECT account, date_trunc('month', entry_date)::date AS starts_on,
                            sum(debit) AS debit, sum(credit) AS credit
                       FROM journal_line GROUP BY 1, 2) AS s USING (account, starts_on)
         WHERE (b.debit, b.credit) IS DISTINCT FROM (s.debit, s.credit)
    """,
    "accounts are in the chart": """
        SELECT min(l.event_no), format('account %%s is not postable', l.account)
          FROM journal_line l
          LEFT JOIN shared.account a ON a.code = l.account
          LEFT JOIN account own ON own.code = l.account
         WHERE a.postable IS NOT TRUE AND own.code IS NULL
         GROUP BY l.account
    """,
    "reversals exchange the sides": """
        SELECT e.event_no, format('does not undo event %%s', e.reverses)
          FROM journal_entry e
          LEFT JOIN journal_entry original ON original.event_no = e.reverses
         WHERE e.reverses IS NOT NULL AND (
               e.reverses >= e.event_no OR original.reverses IS NOT NULL
            OR original.entry_date > e.entry_date
            OR EXISTS (
               SELECT 1
                 FROM (SELECT * FROM journal_line WHERE event_no = e.reverses) AS undone
                 FULL JOIN (SELECT * FROM journal_line WHERE event_no = e.event_no) AS undoing
                      USING (line_no)
                WHERE (undone.account, undone.debit, undone.credit)
                      IS DISTINCT FROM (undoing.account, undoing.credit, undoing.debit)))
    """,
    "entries are in their period": """
        SELECT e.event_no, format('dated %%s, numbered in %%s', e.entry_date, e.fiscal_year)
          FROM journal_entry e
          LEFT JOIN period p ON p.kind = ''
                            AND p.starts_on = date_trunc('month', e.entry_date)::date
         WHERE p.fiscal_year IS DISTINCT FROM e.fiscal_year
            OR e.fiscal_year <> extract(year FROM e.entry_date + interval '3 months') + 543
    """,
    "documents lead to their entries": """
        SELECT d.event_no, format('document %%s was posted as an entry that is not there', d.id)
          FROM document d LEFT JOIN journal_entry e USING (event_no)
         WHERE d.event_no IS NOT NULL AND e.event_no IS NULL
        UNION ALL
        SELECT e.event_no, format('was made by document %%s, which is not there', e.document_id)
          FROM journal_entry e LEFT JOIN document d ON d.id = e.document_id
         WHERE e.document_id IS NOT NULL AND d.id IS NULL
    """,
    # Every fiscal year has its twelve months, every month its year, and there is a year.
    "years have their months": """
        SELECT NULL::bigint, format('fiscal year %%s: %%s of its 12 months', fiscal_year, months)
          FROM (SELECT coalesce(y.year, p.fiscal_year) AS fiscal_year, y.year IS NULL AS is_unknown,
                       count(p.starts_on) FILTER (WHERE p.fiscal_year - 543 =
                           extract(year FROM p.starts_on + interval '3 months')) AS months
                  FROM fiscal_year y
                  FULL JOIN (SELECT * FROM period WHERE kind = '') p ON p.fiscal_year = y.year
                 GROUP BY 1, 2) AS told
         WHERE is_unknown OR months <> 12
        UNION ALL
        SELECT NULL, 'there is no fiscal year' WHERE NOT EXISTS (SELECT FROM fiscal_year)
    """,
    **budget.CHECKS,
    **papers.CHECKS,
}
# Whether there is anything to check beside the rows that every body has from its first day. A
# table without a page has no row: no index is opened and no plan is made for it.
_FIRST_LOOK = """
SELECT i.body_code, i.body_id::text, i.generation,
       coalesce(h.event_no = 0 AND h.hash = %(genesis)s, false)
   AND pg_relation_size('journal_entry') = 0 AND pg_relation_size('journal_line') = 0
   AND pg_relation_size('account_balance') = 0 AND pg_relation_size('document_counter') = 0
   AND pg_relation_size('document') = 0 AND pg_relation_size('budget_line') = 0
   AND pg_relation_size('budget_movement') = 0 AND pg_relation_size('commitment') = 0
   AND pg_relation_size('document_series') = 0 AND pg_relation_size('open_item') = 0
   AND pg_relation_size('payment_voucher') = 0 AND pg_relation_size('cheque') = 0
   AND NOT EXISTS (SELECT FROM (<years>) AS wrong)
  FROM body_identity i LEFT JOIN journal_head h ON true
""".replace("<years>", CHECKS["years have their months"])
_KEPT_HEAD = """
SELECT NULL::bigint, 'no entry, and no movement of the budget, has the hash that was kept: the'
                     ' journal was cut off or rewritten'
 WHERE %(kept_head)s <> %(genesis)s
   AND NOT EXISTS (SELECT 1 FROM journal_entry WHERE hash = %(kept_head)s)
   AND NOT EXISTS (SELECT 1 FROM budget_movement WHERE hash = %(kept_head)s)
"""
FINDINGS_PER_CHECK = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was looked at, and everything found."""

    body_code: str
    entries: int
    findings: tuple[Finding, ...]


def first_look(*, body_code: str, generation: int) -> FirstLook:
    """Return what one question tells of a body's books: most bodies of a fleet have no entry yet.

    Args:
        body_code: whose books these should be.
        generation: which of the body's books.
    """
    genesis = books_seed.genesis_hash(body_code=body_code, generation=generation)
    found = books.row(_FIRST_LOOK, {"genesis": genesis})
    assert found is not None  # the transaction was opened by it
    code, body_id, its_generation, is_untouched = found
    return FirstLook(
        body_code=code, body_id=body_id, generation=its_generation, is_untouched=is_untouched
    )


def verify_books(*, kept_head: str | None = None) -> Verification:
    """Check every promise of the journal in the body's books; at most 100 findings of each.

    Args:
        kept_head: a hash that somebody kept outside the books. It alone finds a tail cut off, or
            the whole chain written anew, by whoever could also change the head.
    """
    identity = books.row("SELECT body_code, generation FROM body_identity", {})
    assert identity is not None  # the transaction was opened by it
    body_code, generation = identity
    facts = {
        "body_code": body_code,
        "genesis": books_seed.genesis_hash(body_code=body_code, generation=generation),
        "kept_head": kept_head,
    }
    checks = CHECKS if kept_head is None else CHECKS | {"head kept elsewhere": _KEPT_HEAD}
    findings = [
        Finding(check=check, event_no=event_no, detail=detail)
        for check, query in checks.items()
        for event_no, detail in books.rows(f"{query} ORDER BY 1 LIMIT {FINDINGS_PER_CHECK}", facts)
    ]
    counted = books.row("SELECT count(*) FROM journal_entry", {})
    assert counted is not None  # an aggregate has one row
    return Verification(body_code=body_code, entries=counted[0], findings=tuple(findings))
