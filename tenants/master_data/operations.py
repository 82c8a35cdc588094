"""Proposing a version of master data, and deciding on it. Each is one transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.utils import timezone

from accounting.data_files import rows_of
from accounting.errors import AccountingError, NotFound
from accounting.fiscal_year import first_day
from tenants.master_data import rules
from tenants.master_data.kinds import BEGIN, HOLIDAYS, KINDS, Kind, Row, digest_of, read_rows
from tenants.master_data.models import MasterVersion
from tenants.master_data.queries import approved
from tenants.master_data.state import nation_of
from tenants.rollups.kept import rows, run

# One decision follows another, so that numbers have no gaps and rules see all that was approved.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('master data', 0))"
_PROPOSED = """
SELECT v.kind, v.title, v.letter, v.rows, v.officer_id, d.version_id IS NOT NULL
  FROM master_version v LEFT JOIN master_decision d ON d.version_id = v.id
 WHERE v.id = %(version)s
"""
_DECIDE = """
INSERT INTO master_decision (version_id, number, reason, officer_id, decided_at)
VALUES (%(version)s,
        CASE WHEN %(approves)s THEN (SELECT coalesce(max(number), 0) + 1 FROM master_decision) END,
        %(reason)s, %(officer)s, %(now)s)
"""


class VersionNotFound(NotFound):
    """There is no such version."""


class UnableToPropose(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_propose"


class UnableToDecide(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_decide"


def propose(
    *,
    kind: Kind,
    title: str,
    letter: str,
    raw: Sequence[Mapping[str, str]],
    officer_id: UUID,
    now: datetime,
) -> int:
    """Propose a version of master data; return its id. Nothing changes until it is approved.

    Args:
        kind: of what.
        title: what it is about.
        letter: by which letter or announcement it was ordered.
        raw: the rows' texts by column.
        officer_id: its author, of the department.
        now: when.

    Raises:
        UnableToPropose: at least one rule refuses; reasons of rows point to them.
    """
    read, refusals = read_rows(kind, raw)
    facts = _facts(kind, title, letter, read, timezone.localdate(now))
    if refusals:  # what the other rows lack is said too, but nothing that leans on these
        refusals += [one for one in rules.proposal_refusals(facts) if "/rows" not in one.pointer]
    else:
        refusals = list(rules.proposal_refusals(facts))
    if refusals:
        raise UnableToPropose(refusals)
    made = MasterVersion.objects.create(
        kind=kind.name,
        title=title.strip(),
        letter=letter.strip(),
        rows=read,
        sha256=digest_of(read),
        first_day=min(_first_day(kind, row) for row in read),
        officer_id=officer_id,
        proposed_at=now,
    )
    return made.id


def approve(*, version: int, officer_id: UUID, now: datetime) -> None:
    """Approve a version: cells are brought to it from now on, and its rows count by their dates.

    Raises:
        VersionNotFound: there is none.
        UnableToDecide: it was decided on, is the officer's own, or holds no longer.
    """
    _decide(version, officer_id, now, approves=True)


def withdraw(*, version: int, reason: str, officer_id: UUID, now: datetime) -> None:
    """Withdraw a version that is not approved; it stays, with who and why.

    Raises:
        VersionNotFound: there is none.
        UnableToDecide: it was decided on before, or the reason cannot be shown.
    """
    _decide(version, officer_id, now, approves=False, reason=reason)


def _decide(
    version: int, officer_id: UUID, now: datetime, *, approves: bool, reason: str = ""
) -> None:
    with transaction.atomic():
        run(_LOCK)
        found = rows(_PROPOSED, {"version": version})
        if not found:
            raise VersionNotFound([])
        ((kind, title, letter, told, author_id, is_decided),) = found
        asked = rules.DecisionFacts(
            author_id=author_id,
            officer_id=officer_id,
            is_decided=is_decided,
            approves=approves,
            reason=reason,
        )
        refusals = list(rules.decision_refusals(asked))
        if approves and not is_decided:
            today = timezone.localdate(now)
            facts = _facts(KINDS[kind], title, letter, orjson.loads(told), today)
            refusals += rules.row_refusals(facts)
        if refusals:
            raise UnableToDecide(refusals)
        decision = {"version": version, "approves": approves, "reason": reason.strip()}
        run(_DECIDE, {**decision, "officer": officer_id, "now": now})


def _facts(
    kind: Kind, title: str, letter: str, told: Sequence[Row], today: date
) -> rules.ProposalFacts:
    return rules.ProposalFacts(
        kind=kind,
        title=title,
        letter=letter,
        rows=told,
        nation=nation_of((one.kind, one.rows) for one in approved()),
        named=frozenset(row["account"] for row in rows_of("posting_rules.csv")),
        today=today,
    )


def _first_day(kind: Kind, row: Row) -> date:
    """Return the first day on which a row of a version counts."""
    column = kind.dated_by if row["act"] == BEGIN else kind.ends_by
    value: Any = row[column]
    if kind.name == HOLIDAYS:
        return date.fromisoformat(value)
    return first_day(value + (column == "until_fiscal_year"))
