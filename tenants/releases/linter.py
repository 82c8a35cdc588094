"""What a release may not say to 22,000 schemas while the program of the release before serves.

Pure: SQL in, refusals out, all at once. `make check` runs it over the migrations and
`openlaas prepare` over what was recorded, before anything is kept.

Note [Expand, then contract]
Both versions of the program are right on both shapes only if a release adds, and takes away no
sooner than the release after the one that stopped using it. A migration that takes something
away says since when nobody uses it: ``contracts_after = "0007_name"``, of an earlier release.

Note [Indexes are made in the transaction]
CONCURRENTLY cannot run in the transaction that makes a schema's step whole. It is not needed: a
body's tables are small, and a step may hold its locks no longer than a request waits for them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

RELATIONS_MAX = 120  # of a body's schema, infra/decisions/table-plan.md
_NAME = r'(?:ONLY\s+)?(?:IF\s+(?:NOT\s+)?EXISTS\s+)?((?:"?\w+"?\.)?"?\w+"?)'
_OF_TABLE = re.compile(
    rf"^(?:ALTER TABLE|CREATE (?:UNIQUE )?INDEX (?:CONCURRENTLY )?.*?\bON)\s+{_NAME}",
    re.IGNORECASE | re.DOTALL,
)
_NEW_TABLE = re.compile(rf"^CREATE TABLE\s+{_NAME}", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/)|(?P<end>;)
      | '(?:[^']|'')*' | "(?:[^"]|"")*" | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
      | [^-/;'"$]+ | .""",
    re.DOTALL | re.VERBOSE,
)
_OWN_VALUES = "gen_random_uuid|uuidv[47]|random|clock_timestamp|nextval|timeofday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a statement may not be part of a release."""

    migration: str
    statement: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one migration, or one change of ``shared``, says.

    Attributes:
        name: the migration's.
        contracts_after: the migration since which nobody uses what this one takes away.
        of_shared: it is said once for each cell, to what all bodies of it use.
    """

    name: str
    statements: tuple[str, ...]
    contracts_after: str = ""
    of_shared: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that no statement may match, and why."""

    pattern: str
    reason: str
    even_if_new: bool = False  # also of a table made in the same release


_TAKES_AWAY = (
    Rule(r"\bDROP COLUMN\b", "the release before still names the column", even_if_new=True),
    Rule(r"^DROP TABLE\b", "the release before still uses the table", even_if_new=True),
    Rule(r"^DROP (TRIGGER|FUNCTION|VIEW|SCHEMA|INDEX)\b", "what the release before relies on"),
    Rule(r"\bDROP DEFAULT\b", "the release before leaves the column out of its INSERT"),
    Rule(r"\bADD (CONSTRAINT \S+ )?UNIQUE\b", "the release before may write what is not unique"),
    Rule(r"^CREATE UNIQUE INDEX\b", "the release before may write what is not unique"),
    Rule(r"^REVOKE\b", "the release before may need the right"),
)
_NEVER = (
    Rule(
        r"\bSET NOT NULL\b",
        "reads every row under the strongest lock, and the release before may write NULL: give the"
        " column a database default, or ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID",
    ),
    Rule(
        rf"\bADD (COLUMN )?\S+ [^,]*\bDEFAULT\b[^,]*\b({_OWN_VALUES})\b",
        "a default that differs from row to row rewrites the table: add it NULL, fill it, then set"
        " the default",
    ),
    Rule(r"\bRENAME\b", "one of the two versions does not know the name: add, copy, then contract"),
    Rule(
        r"\bALTER (COLUMN )?\S+ (SET DATA )?TYPE\b",
        "rewrites the table, and breaks the plans that connections keep: add a column instead",
    ),
    Rule(
        r"\bADD (CONSTRAINT \S+ )?(CHECK|FOREIGN KEY|EXCLUDE)\b(?!.*\bNOT VALID\b)",
        "reads every row under the strongest lock: add it NOT VALID, and VALIDATE it in the next"
        " release",
    ),
    Rule(
        r"\bADD (CONSTRAINT \S+ )?PRIMARY KEY\b",
        "makes an index under the strongest lock; a table's key is made with the table",
    ),
    Rule(
        r"\bCONCURRENTLY\b",
        "cannot run in the transaction that makes the step whole; see Note [Indexes are made in the"
        " transaction]",
        even_if_new=True,
    ),
    Rule(
        r"^(BEGIN|START|COMMIT|END|ROLLBACK|SAVEPOINT|PREPARE TRANSACTION)\b",
        "the step is one transaction, and not its own to end",
        even_if_new=True,
    ),
    Rule(
        r"^(LOCK|CLUSTER|VACUUM|REINDEX|TRUNCATE)\b|\bSET (TABLESPACE|LOGGED|UNLOGGED)\b",
        "holds the strongest lock for as long as the table is large",
        even_if_new=True,
    ),
    Rule(
        r"\b(DISABLE|ENABLE) TRIGGER\b|^(UPDATE|DELETE FROM) \"?journal_(entry|line)\b",
        "posted rows are never changed, by a release neither",
        even_if_new=True,
    ),
    Rule(
        r"\b(SMALL|BIG)?SERIAL\b|\bAS IDENTITY\b|^CREATE SEQUENCE\b",
        "a sequence is a relation more in every schema: use a counter row or uuidv7()",
        even_if_new=True,
    ),
    Rule(
        r"_PATTERN_OPS\b",
        "an index for LIKE that no query needs is a relation more in every schema",
        even_if_new=True,
    ),
    Rule(
        r"\bREFERENCES \"?shared\"?\.",
        "no foreign key leaves a body's schema: measured, it makes provisioning 14 times as slow",
        even_if_new=True,
    ),
    Rule(
        r"\bTEMPLATE_BODY\b|\bSET (LOCAL |SESSION )?(SEARCH_PATH|ROLE)\b|^(SET|RESET) ROLE\b",
        "a step names no schema and no role, for it is said in every one",
        even_if_new=True,
    ),
    Rule(
        r"^(CREATE|ALTER|DROP) (ROLE|USER|DATABASE|EXTENSION|SCHEMA|TABLESPACE)\b|^GRANT\b",
        "belongs to a cell or a server; a body's rights are shared_schema/grants.sql",
        even_if_new=True,
    ),
)
_OF_SHARED = (
    Rule(
        r"^CREATE (UNIQUE )?INDEX\b.*\bON \"?shared\"?\.\"?outbox\b",
        "every posting of the cell would wait while the index is made",
    ),
    Rule(r"^(UPDATE|DELETE FROM) \"?shared\"?\.\"?outbox\b", "the outbox is append-only"),
)
# `shared` may name itself, and its functions may be replaced; the rest holds there too.
_NOT_OF_SHARED = ("body's rights", "names no schema", "the strongest lock: add it NOT VALID")


def refusals(pieces: Iterable[Piece], *, earlier: Iterable[str]) -> list[Refusal]:
    """Return every refusal of what a release says.

    Args:
        pieces: its migrations and changes, in order.
        earlier: the migrations of earlier releases.
    """
    pieces, known = list(pieces), set(earlier)
    new_tables = {
        _bare(found[1])
        for piece in pieces
        for statement in piece.statements
        for one in parted(statement)
        if (found := _NEW_TABLE.match(one))
    }
    return [
        Refusal(migration=piece.name, statement=one, reason=reason)
        for piece in pieces
        for statement in piece.statements
        for one in parted(statement)
        for reason in _reasons(one, piece, new_tables, known)
    ]


def refusal_of_rows_read(questions: Iterable[str], tables: Iterable[str]) -> list[Refusal]:
    """Return a refusal for each question that asked for a body's rows while recording.

    What is recorded is said to bodies that have other rows than the template, which has none.
    """
    names = "|".join(re.escape(table) for table in tables)
    reads = re.compile(rf'\b(?:FROM|JOIN)\s+"?(?:{names})"?(?![\w.])', re.IGNORECASE)
    return [
        Refusal(
            migration="",
            statement=question,
            reason="reads rows and decides by them: say it as one statement, UPDATE … FROM …",
        )
        for question in questions
        if names and reads.search(_without_quoted(question))
    ]


def refusal_of_size(relations: int) -> list[Refusal]:
    """Return a refusal when a schema has more relations than the table plan allows."""
    if relations <= RELATIONS_MAX:
        return []
    reason = f"a body's schema would have {relations} relations, the plan allows {RELATIONS_MAX}"
    return [Refusal(migration="", statement="", reason=reason)]


def tables_outside_plan(pieces: Iterable[Piece], plan: str) -> list[Refusal]:
    """Return a refusal for each new table of a body that the table plan does not name.

    Args:
        pieces: migrations and changes.
        plan: the text of infra/decisions/table-plan.md.
    """
    return [
        Refusal(
            migration=piece.name, statement=one, reason="infra/decisions/table-plan.md lacks it"
        )
        for piece in pieces
        if not piece.of_shared
        for statement in piece.statements
        for one in parted(statement)
        if (found := _NEW_TABLE.match(one)) and f"`{_bare(found[1])}`" not in plan
    ]


def parted(statement: str) -> list[str]:
    """Return the single statements of a text, without comments."""
    parts = [""]
    for token in _TOKEN.finditer(statement):
        if token["end"]:
            parts.append("")
        else:
            parts[-1] += " " if token["comment"] else token[0]
    return [part.strip() for part in parts if part.strip()]


def _reasons(one: str, piece: Piece, new_tables: set[str], known: set[str]) -> Iterator[str]:
    text = " ".join(_without_quoted(one).split())
    found = _OF_TABLE.match(text)
    is_new = bool(found and _bare(found[1]) in new_tables)
    rules = (*_NEVER, *_OF_SHARED) if piece.of_shared else _NEVER
    for rule in rules:
        if piece.of_shared and any(words in rule.reason for words in _NOT_OF_SHARED):
            continue
        if (rule.even_if_new or not is_new) and re.search(rule.pattern, text, re.IGNORECASE):
            yield rule.reason
    if not is_new and _lacks_default(text):
        yield (
            "a column that may not be NULL needs a default in the database: the release before"
            " leaves it out of its INSERT"
        )
    yield from _reasons_to_wait(text, piece, known, is_new=is_new)


def _reasons_to_wait(text: str, piece: Piece, known: set[str], *, is_new: bool) -> Iterator[str]:
    for rule in _TAKES_AWAY:
        if (is_new and not rule.even_if_new) or not re.search(rule.pattern, text, re.IGNORECASE):
            continue
        if not piece.contracts_after:
            yield f'{rule.reason}: say contracts_after = "…", see Note [Expand, then contract]'
        elif piece.contracts_after not in known:
            yield f"{rule.reason}: {piece.contracts_after} is of no earlier release"


def _lacks_default(text: str) -> bool:
    """Tell whether a column is added that may not be NULL and has no default."""
    if not re.match(r"ALTER TABLE\b", text, re.IGNORECASE):
        return False
    return any(
        re.search(r"\bNOT NULL\b", part, re.IGNORECASE)
        and not re.search(r"\bDEFAULT\b|\bGENERATED\b", part, re.IGNORECASE)
        for part in re.split(r",\s*(?=ADD\b|ALTER\b|DROP\b)", text, flags=re.IGNORECASE)
        if re.search(r"\bADD (COLUMN )?(?!CONSTRAINT\b|CHECK\b)", part, re.IGNORECASE)
    )


def _without_quoted(text: str) -> str:
    return _QUOTED.sub("''", text)


def _bare(name: str) -> str:
    return name.replace('"', "").rpartition(".")[2].lower()
