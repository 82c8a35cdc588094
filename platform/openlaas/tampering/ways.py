"""Fifty ways and more to tamper with the books of ``openlaas.tampering.books``, where it is found.

Told as SQL for a superuser with the triggers switched off, the body's schema current.
"""

Way = tuple[list[str], tuple[str, int | None], str | None]

CHAIN, HEAD, GAP = "hash chain", "head of the chain", "events without gap"
NUMBERS, COUNTERS, TIMES = "numbers without gap", "counters", "time of recording"
BALANCED, ORPHANS, TEXTS = "entries balance", "lines belong to an entry", "rows are what was hashed"
SUMS, CHART = "balances are the sums of lines", "accounts are in the chart"
REVERSALS, PERIODS = "reversals exchange the sides", "entries are in their period"
DOCUMENTS = "documents lead to their entries"

# An entry written by hand after event 30, or in the place of another one.
_ENTRY = (
    "INSERT INTO journal_entry SELECT {event_no}, kind, fiscal_year, {no}, {day}, description,"
    " reference, {at}, officer_id, officer_name_th, NULL, canonical, hash"
    " FROM journal_entry WHERE event_no = {like}"
)
_LINES = (
    "INSERT INTO journal_line SELECT {event_no}, line_no, account, {day}, debit, credit"
    " FROM journal_line WHERE event_no = {like}"
)


def inserted(
    event_no: int,
    *,
    no: int,
    like: int,
    day: str = "entry_date",
    at: str = "recorded_at",
    hashed: bool = False,
) -> list[str]:
    """Put in an entry like another one, with its lines; ``hashed``: with the hash of its text."""
    words = {"event_no": event_no, "no": no, "like": like, "day": day, "at": at}
    entry = _ENTRY.format(**words)
    return [entry, _LINES.format(**words), *([f"SEAL {event_no}"] if hashed else [])]


def exchanged(column: str, one: int, other: int) -> str:
    """Exchange a column of two entries."""
    return (
        f"UPDATE journal_entry e SET {column} = o.{column} FROM journal_entry o"
        f" WHERE (e.event_no, o.event_no) IN (({one}, {other}), ({other}, {one}))"
    )


def renumbered(table: str, one: int, other: int) -> list[str]:
    """Exchange the places of two events, which are keys, by way of a third."""
    steps = ((one, -1), (other, one), (-1, other))
    return [f"UPDATE {table} SET event_no = {b} WHERE event_no = {a}" for a, b in steps]


def entry(sets: str, event_no: int = 12) -> list[str]:
    """Change an entry."""
    return [f"UPDATE journal_entry SET {sets} WHERE event_no = {event_no}"]


def line(sets: str, event_no: int = 12, line_no: int = 1) -> list[str]:
    """Change a line of an entry."""
    return [f"UPDATE journal_line SET {sets} WHERE event_no = {event_no} AND line_no = {line_no}"]


def deleted(*tables: str, where: str) -> list[str]:
    """Delete rows of several tables."""
    return [f"DELETE FROM {table} WHERE {where}" for table in tables]


ENTRY_AND_LINES = ("journal_entry", "journal_line")
HEAD_TO_LAST = (
    "UPDATE journal_head h SET event_no = e.event_no, hash = e.hash, recorded_at = e.recorded_at"
    " FROM (SELECT * FROM journal_entry ORDER BY event_no DESC LIMIT 1) e"
)
COUNTER_TO_LAST = (
    "UPDATE document_counter c SET last_no = (SELECT max(no) FROM journal_entry e"
    " WHERE (e.kind, e.fiscal_year) = (c.kind, c.fiscal_year))"
)
BALANCES_ANEW = (
    "DELETE FROM account_balance",
    """INSERT INTO account_balance SELECT account, date_trunc('month', entry_date), sum(debit),
        sum(credit) FROM journal_line GROUP BY 1, 2""",
)
OTHER_TEXT = "canonical = replace(canonical, '12.00', '99.00')"

# What is done; which check finds it at which event; what the verifier of the exported files says.
# SEAL n gives event n the hash that its text has after the entry before it.
TAMPERINGS: dict[str, Way] = {
    # --- an entry changed
    "a description": (entry("description = 'x'"), (TEXTS, 12), "event 12: its description"),
    "a reference": (entry("reference = 'x'"), (TEXTS, 12), "event 12: its reference"),
    "a reference taken away": (entry("reference = NULL", 3), (TEXTS, 3), "event 3: its reference"),
    "an officer": (entry("officer_id = gen_random_uuid()"), (TEXTS, 12), "event 12: its officer"),
    "a name": (entry("officer_name_th = 'x'"), (TEXTS, 12), "event 12: its officer_name_th"),
    "a date": (entry("entry_date = '2026-10-30'"), (TEXTS, 12), "event 12: its entry_date"),
    "a date of the year before": (entry("entry_date = '2026-09-01'"), (PERIODS, 12), "event 12: "),
    "a fiscal year": (entry("fiscal_year = 2670"), (PERIODS, 12), "event 12: is numbered in 2670"),
    "a kind": (entry("kind = 'RV'"), (NUMBERS, 12), "event 12: number 2 follows 0"),
    "a number": (entry("no = 99"), (NUMBERS, 12), "event 12: number 99 follows 1"),
    "a time": (entry("recorded_at = '2026-09-01'"), (TIMES, 12), "event 12: was recorded before"),
    "a time by a microsecond": (
        entry("recorded_at = recorded_at + interval '1 microsecond'", 15),
        (TEXTS, 15),
        "event 15: its recorded_at",
    ),
    "what it reverses": (entry("reverses = 6", 20), (REVERSALS, 20), "event 20: its reverses"),
    "that it reverses": (entry("reverses = NULL", 20), (TEXTS, 20), "event 20: its reverses"),
    "a reversal made up": (entry("reverses = 3"), (REVERSALS, 12), "event 12: its reverses"),
    "a text": (entry(OTHER_TEXT), (CHAIN, 12), "event 12: its hash"),
    "a text that is no JSON": (entry("canonical = '{'"), (TEXTS, 12), "event 12: its body"),
    "a text of another version": (
        entry("""canonical = replace(canonical, '"v":1', '"v":2')"""),
        (TEXTS, 12),
        "event 12: its v is",
    ),
    "a text of another body": (
        entry("canonical = regexp_replace(canonical, '\"body\":\"[0-9]+', '\"body\":\"1')"),
        (TEXTS, 12),
        "event 12: its body",
    ),
    "a hash": (entry("hash = repeat('0', 64)"), (CHAIN, 12), "event 12: its hash"),
    "the last hash": (entry("hash = repeat('0', 64)", 30), (HEAD, 30), "event 30: its hash"),
    "a text and its hash": ([*entry(OTHER_TEXT), "SEAL 12"], (CHAIN, 13), "event 13: its hash"),
    "the last text, its hash and the head": (
        [*entry("canonical = replace(canonical, '30.00', '99.00')", 30), "SEAL 30", HEAD_TO_LAST],
        (TEXTS, 30),
        "event 30: its lines",
    ),
    # --- lines changed
    "an amount": (line("debit = 99"), (BALANCED, 12), "event 12: has 2 lines, debit 99.00"),
    "both amounts": (
        [*line("debit = 99"), *line("credit = 99", line_no=2), *BALANCES_ANEW],
        (TEXTS, 12),
        "event 12: its lines",
    ),
    "the sides exchanged": (
        ["UPDATE journal_line SET debit = credit, credit = debit WHERE event_no = 12"],
        (TEXTS, 12),
        "event 12: its lines",
    ),
    "an account": (line("account = '1101010102.001'"), (TEXTS, 12), "event 12: its lines"),
    "an account in no chart": (line("account = '9'"), (CHART, 12), "event 12: its lines"),
    "a memo": (line("memo = 'x'"), (TEXTS, 12), "event 12: its lines"),
    "a budget line": (line("budget_line = gen_random_uuid()"), (TEXTS, 12), "event 12: its v is"),
    "the document of an entry": (
        entry("document_id = gen_random_uuid()"), (TEXTS, 12), "event 12: its v is"
    ),
    "the rule of an entry": (entry("rule = 'RV01'"), (TEXTS, 12), "event 12: its v is"),
    "the date of a line": (line("entry_date = '2026-11-30'"), (TEXTS, 12), "event 12 line 1"),
    "the dates of all lines": (
        ["UPDATE journal_line SET entry_date = entry_date - 1 WHERE event_no = 12"],
        (TEXTS, 12),
        "event 12 line 1: must be",
    ),
    "the order of lines": (
        [*line("line_no = 9"), *line("line_no = 1", line_no=2), *line("line_no = 2", line_no=9)],
        (TEXTS, 12),
        "event 12: its lines",
    ),
    "the number of a line": (line("line_no = 9", line_no=2), (TEXTS, 12), "event 12 line 9"),
    "a line moved to another entry": (
        line("event_no = 13, line_no = 3"),
        (BALANCED, 13),
        "event 13: has 3 lines",
    ),
    "a line of no entry": (line("event_no = 77"), (ORPHANS, 77), "event 77: has lines or was"),
    "a line left out": (deleted("journal_line", where="event_no = 12 AND line_no = 2"),
                        (BALANCED, 12), "event 12: has 1 lines"),
    "every line of an entry left out": (deleted("journal_line", where="event_no = 12"),
                                        (BALANCED, 12), "event 12: has 0 lines"),
    "all lines": (["TRUNCATE journal_line"], (BALANCED, 1), "event 1: has 0 lines"),
    "a pair of lines more": (
        ["""INSERT INTO journal_line VALUES (12, 3, '1101010101.001', '2026-10-02', 5, 0),
             (12, 4, '4401010104.001', '2026-10-02', 0, 5)""", *BALANCES_ANEW],
        (TEXTS, 12),
        "event 12: its lines",
    ),
    # --- entries left out, moved, put in
    "an entry left out": (deleted(*ENTRY_AND_LINES, where="event_no = 12"), (GAP, 12),
                          "event 13: follows event 11"),
    "the first entry left out": (deleted(*ENTRY_AND_LINES, where="event_no = 1"), (GAP, 1),
                                 "event 2: follows event 0"),
    "an entry without its lines left out": (deleted("journal_entry", where="event_no = 12"),
                                            (ORPHANS, 12), "event 12: has lines or was told"),
    "many entries left out": (deleted(*ENTRY_AND_LINES, where="event_no BETWEEN 8 AND 17"),
                              (GAP, 8), "event 18: follows event 7"),
    "an entry left out and the gap closed": (
        [*deleted(*ENTRY_AND_LINES, where="event_no = 29"),
         *[f"UPDATE {table} SET event_no = 29 WHERE event_no = 30" for table in ENTRY_AND_LINES],
         *entry("no = 19", 29), HEAD_TO_LAST, COUNTER_TO_LAST, *BALANCES_ANEW],
        (CHAIN, 29),
        "event 29: its hash",
    ),
    "the tail": (deleted(*ENTRY_AND_LINES, where="event_no > 25"), (HEAD, 26),
                 "event 25: is the last entry, the head is event 30"),
    "the tail, balances anew": (
        [*deleted(*ENTRY_AND_LINES, where="event_no > 29"), *BALANCES_ANEW, COUNTER_TO_LAST],
        (HEAD, 30),
        "event 29: is the last entry",
    ),
    "the tail and the head": (
        [*deleted(*ENTRY_AND_LINES, where="event_no > 25"), HEAD_TO_LAST],
        (COUNTERS, 25),
        "counter JV 2570: is kept as 20",
    ),
    "everything": ([f"TRUNCATE {table}" for table in ENTRY_AND_LINES], (HEAD, 1),
                   "event 0: is the last entry, the head is event 30"),
    "two entries exchanged": (
        [step for table in ENTRY_AND_LINES for step in renumbered(table, 12, 13)],
        (CHAIN, 12),
        "event 12: its hash",
    ),
    "two texts exchanged": ([exchanged("canonical", 12, 13)], (CHAIN, 12), "event 12: its hash"),
    "two hashes exchanged": ([exchanged("hash", 12, 13)], (CHAIN, 12), "event 12: its hash"),
    "the lines of two entries exchanged": (renumbered("journal_line", 12, 13), (TEXTS, 12),
                                           "event 12: its lines"),
    "two times exchanged": ([exchanged("recorded_at", 12, 13)], (TIMES, 13),
                            "event 13: was recorded before"),
    "two numbers exchanged": (
        [*entry("no = 99"), *entry("no = 2", 13), *entry("no = 3")], (NUMBERS, 12),
        "event 12: number 3 follows 1",
    ),
    "an entry after the last": (inserted(31, no=21, like=30), (HEAD, 31), "event 31: is the last"),
    "an entry after the last, sealed, with the head": (
        [*inserted(31, no=21, like=30, at="recorded_at + interval '1 s'", hashed=True),
         HEAD_TO_LAST, COUNTER_TO_LAST, *BALANCES_ANEW],
        (TEXTS, 31),
        "event 31: its number",
    ),
    "an entry far ahead": (inserted(99, no=21, like=30), (GAP, 31), "event 99: follows event 30"),
    "an entry before the first": (inserted(0, no=21, like=30), (CHAIN, 0), "event 0: follows"),
    "an entry put in and dated back": (
        inserted(31, no=11, like=10, day="'2026-09-15'::date", at="'2026-09-15'::timestamptz"),
        (TIMES, 31),
        "event 31: was recorded before",
    ),
    "an entry in the place of another": (
        [*deleted(*ENTRY_AND_LINES, where="event_no = 12"),
         *inserted(12, no=2, like=13, hashed=True)],
        (TEXTS, 12),
        "event 12: its event_no",
    ),
    # --- what stands beside the entries
    "the head rolled back": (
        ["""UPDATE journal_head h SET event_no = e.event_no, hash = e.hash,
             recorded_at = e.recorded_at FROM journal_entry e WHERE e.event_no = 25"""],
        (HEAD, 26),
        "event 30: is the last entry, the head is event 25",
    ),
    "the head's hash": (["UPDATE journal_head SET hash = repeat('0', 64)"], (HEAD, 30),
                        "event 30: is the last entry"),
    "the head's event": (["UPDATE journal_head SET event_no = 31"], (HEAD, 31),
                         "event 30: is the last entry, the head is event 31"),
    "the head's time": (["UPDATE journal_head SET recorded_at = '2026-09-01'"], (HEAD, 30), None),
    "the head": (["DELETE FROM journal_head"], (HEAD, 31), "unreadable"),
    "a counter set back": (["UPDATE document_counter SET last_no = 19 WHERE fiscal_year = 2570"],
                           (COUNTERS, 30), "counter JV 2570: is kept as 19"),
    "a counter set ahead": (["UPDATE document_counter SET last_no = 11 WHERE fiscal_year = 2569"],
                            (COUNTERS, 10), "counter JV 2569: is kept as 11"),
    "a counter left out": (["DELETE FROM document_counter WHERE fiscal_year = 2569"],
                           (COUNTERS, 10), "counter JV 2569: is kept as None"),
    "a counter made up": (["INSERT INTO document_counter VALUES ('RV', 2570, 1)"],
                          (COUNTERS, None), "counter RV 2570: is kept as 1"),
    "a balance": (["""UPDATE account_balance SET debit = debit + 5
                       WHERE (account, starts_on) = ('1101010101.001', '2026-10-01')"""],
                  (SUMS, None), "debit of 1101010101.001 2026-10-01: is kept"),
    "a balance left out": (["DELETE FROM account_balance WHERE account = '1101010101.001'"],
                           (SUMS, None), "2026-09-01: is kept as None"),
    "a balance made up": (["""INSERT INTO account_balance
                              VALUES ('1101010102.001', '2026-10-01', 5, 0)"""],
                          (SUMS, None), "debit of 1101010102.001 2026-10-01: is kept as 5"),
    "balances of a month moved to another": (
        ["""UPDATE account_balance SET starts_on = CASE starts_on
             WHEN '2026-10-01' THEN '2027-10-01'::date ELSE starts_on END"""],
        (SUMS, None),
        "2027-10-01: is kept as",
    ),
    "an account of the body's own": (["DELETE FROM account"], (CHART, 28), None),
    "a fiscal year's month": (["DELETE FROM period WHERE starts_on = '2026-09-01'"],
                              (PERIODS, 1), None),
    "the year of a month": (["UPDATE period SET fiscal_year = 2570 WHERE starts_on = '2026-09-01'"],
                            (PERIODS, 1), None),
    "a voucher's entry": (["UPDATE document SET event_no = 77"], (DOCUMENTS, 77), None),
    "the generation": (["UPDATE body_identity SET generation = 2"], (CHAIN, 1),
                       "event 1: its hash"),
}  # fmt: skip
