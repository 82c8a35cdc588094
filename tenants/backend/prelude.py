"""The words that open a tenant transaction, sent in one message with the first query."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from psycopg import sql

IDENTITY_MARK = "openlaas-identity"
STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 3_000

# Note [Identity before the first query]
# All statements of one simple-protocol message are analysed one after another, each after the one
# before has run. So the unqualified body_identity below resolves through the search_path and the
# rights just set, which proves both; and when it holds another code, the cast fails, and nothing
# after it in the message runs. What was found stands in the failing text, so that the planner
# cannot fold the error away.
_FOUND = "(SELECT body_code FROM body_identity)"
_IDENTITY = (
    f"SELECT CASE WHEN {_FOUND} = {{code}} THEN {{code}}"
    f" ELSE ({{mark}} || coalesce({_FOUND}, '?'))::int::text END"
)


class Address(Protocol):
    """Where a body's books live."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def schema_name(self) -> str: ...  # noqa: D102
    @property
    def cell(self) -> str: ...  # noqa: D102
    @property
    def role(self) -> str: ...  # noqa: D102
    @property
    def server(self) -> dict[str, str]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a transaction is opened.

    Attributes:
        read_only: the database refuses whatever would change a row.
        snapshot: every statement sees the books as of the first one (REPEATABLE READ).
        statement_timeout_ms: 0 for none, for reports and exports.
        one_question: the first message carries COMMIT with it, and there is no second.
    """

    read_only: bool = False
    snapshot: bool = False
    statement_timeout_ms: int = STATEMENT_TIMEOUT_MS
    one_question: bool = False

    @property
    def begin(self) -> str:
        """The statement that begins it."""
        isolation = " ISOLATION LEVEL REPEATABLE READ" if self.snapshot else ""
        return f"BEGIN{isolation}{' READ ONLY' if self.read_only else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prelude:
    """One message's opening.

    Attributes:
        text: its statements.
        results: how many these are.
        body_code: whose books it opens.
        ending: what the message ends with.
    """

    text: str
    results: int
    body_code: str
    ending: str


def opening(address: Address, manner: Manner) -> Prelude:
    """Return the opening of a transaction in the body's schema, as the body's role.

    Every setting is local to the transaction, so nothing outlives its COMMIT or ROLLBACK.
    """
    return _opening(address.code, address.schema_name, address.role, manner)


@lru_cache(maxsize=4096)
def _opening(code: str, schema: str, role: str, manner: Manner) -> Prelude:
    settings = {
        "search_path": f'"{schema}", shared',
        "role": role,
        "statement_timeout": str(manner.statement_timeout_ms),
        "lock_timeout": str(LOCK_TIMEOUT_MS),
    }
    calls = ", ".join(
        f"set_config({_literal(name)}, {_literal(value)}, true)" for name, value in settings.items()
    )
    identity = _IDENTITY.format(code=_literal(code), mark=_literal(IDENTITY_MARK))
    return Prelude(
        text=f"{manner.begin}; SELECT {calls}; {identity}; ",
        results=3,
        body_code=code,
        ending="; COMMIT" if manner.one_question else "",
    )


def _literal(value: str) -> str:
    return sql.Literal(value).as_string()
