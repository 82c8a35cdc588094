"""What lets anybody check the journal without us: head, proof of an entry, the events in order.

The hash of an entry is SHA-256 over the hash before it, in hexadecimal, followed by the entry's
canonical text. So an entry is proved by the texts that follow it, up to a head that somebody kept.
"""

from accounting import books, books_seed
from accounting.journal.entry_number import EntryNumber
from accounting.journal.queries import NUMBER_OF

_HEAD = """
SELECT json_build_object('body_code', i.body_code, 'generation', i.generation,
                         'event_no', h.event_no, 'hash', h.hash, 'recorded_at', h.recorded_at,
                         'genesis', %(genesis)s::text)::text
  FROM body_identity i, journal_head h
"""
_IDENTITY = "SELECT body_code, generation FROM body_identity"
_PROOF = f"""
WITH proved AS (
    SELECT e.*, {NUMBER_OF} AS number FROM journal_entry e
     WHERE e.fiscal_year = %(fiscal_year)s AND e.kind = %(kind)s AND e.no = %(no)s
)
SELECT json_build_object(
         'number', number, 'event_no', event_no, 'canonical', canonical, 'hash', hash,
         'previous_hash', coalesce((SELECT hash FROM journal_entry before
                                     WHERE before.event_no = proved.event_no - 1), %(genesis)s),
         'following', coalesce((SELECT json_agg(canonical ORDER BY event_no)
                                  FROM (SELECT event_no, canonical FROM journal_entry later
                                         WHERE later.event_no > proved.event_no
                                         ORDER BY event_no LIMIT %(limit)s) AS later), '[]'),
         'head', (SELECT json_build_object('event_no', h.event_no, 'hash', h.hash,
                                           'recorded_at', h.recorded_at) FROM journal_head h)
       )::text
  FROM proved
"""
_EVENTS = f"""
WITH page AS MATERIALIZED (
    SELECT * FROM journal_entry e WHERE e.event_no > %(after)s
     ORDER BY e.event_no LIMIT %(limit)s + 1
), shown AS MATERIALIZED (SELECT * FROM page ORDER BY event_no LIMIT %(limit)s)
SELECT json_build_object(
         'items', coalesce(json_agg(json_build_object(
             'event_no', e.event_no, 'kind', 'journal_entry', 'number', {NUMBER_OF},
             'recorded_at', e.recorded_at, 'canonical', e.canonical, 'hash', e.hash)
             ORDER BY e.event_no), '[]'),
         'next', CASE WHEN (SELECT count(*) FROM page) > %(limit)s THEN max(e.event_no) END)::text
  FROM shown e
"""


def chain_head() -> str:
    """Return the body's last event and the hash that seals everything before it, as JSON."""
    found = books.row(_HEAD, {"genesis": _genesis()})
    assert found is not None  # both tables have one row
    return str(found[0])


def proof(*, number: EntryNumber, limit: int) -> str | None:
    """Return an entry's place in the chain as JSON; None when there is none of that number.

    ``following`` has the texts of at most ``limit`` entries after it; when the head is further
    away, the events tell the rest.
    """
    facts = {
        "kind": number.kind,
        "no": number.no,
        "fiscal_year": number.fiscal_year,
        "genesis": _genesis(),
        "limit": limit,
    }
    found = books.row(_PROOF, facts)
    return str(found[0]) if found else None


def events(*, after: int, limit: int) -> str:
    """Return the events after a number in their order as JSON ``{"items", "next"}``."""
    found = books.row(_EVENTS, {"after": after, "limit": limit})
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])


def _genesis() -> str:
    found = books.row(_IDENTITY, {})
    assert found is not None  # the transaction was opened by it
    body_code, generation = found
    return books_seed.genesis_hash(body_code=body_code, generation=generation)
