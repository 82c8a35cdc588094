"""A fiscal year of one body through the API, its books verified every evening."""

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from openlaas.bench import commands
from openlaas.bench.report import Report
from openlaas.crashes import running
from openlaas.crashes.running import Stack
from openlaas.demo.amounts import scale_of
from openlaas.demo.working_days import FIRST_DAY, YEAR_ENDS
from openlaas.stack import steps
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce
from openlaas.workdays.by_api import ApiHands
from openlaas.workdays.hands import Refused
from openlaas.workdays.mix import DOCUMENTS_OF_A_YEAR
from openlaas.workdays.office import Office
from openlaas.workdays.telling import Span, tell

if TYPE_CHECKING:
    from tenants.directory.records import BodyRecord

Evening = Callable[[date], None]
_FINDINGS_TOLD = 50
_DOCUMENTS = """
SELECT kind, count(*) FROM document GROUP BY kind
UNION ALL SELECT 'certificates', count(*) FROM withheld_tax WHERE certificate_no IS NOT NULL
UNION ALL SELECT 'entries', count(*) FROM journal_entry
UNION ALL SELECT 'lines', count(*) FROM journal_line
UNION ALL SELECT 'budget movements', count(*) FROM budget_movement
"""
_NO_DOCUMENTS = frozenset({"certificates", "entries", "lines", "budget movements"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Which body, how many documents, and the folder of its servers."""

    var: Path
    body: str = "5110106"
    documents: int = DOCUMENTS_OF_A_YEAR
    last: date = YEAR_ENDS[0]
    seed: int = 2569


@dataclass(slots=True, kw_only=True)
class Proof:
    """What was done, and what is wrong."""

    documents: Counter[str] = field(default_factory=Counter)  # by kind, as the books hold them
    findings: list[str] = field(default_factory=list)
    requests: int = 0
    days: int = 0
    acting_seconds: float = 0.0
    verifying_seconds: float = 0.0

    @property
    def documents_in_all(self) -> int:
        """How many documents the books hold."""
        return sum(n for kind, n in self.documents.items() if kind not in _NO_DOCUMENTS)


def prove(wishes: Wishes, *, announce: Announce) -> Proof:
    """Run the proof on servers of its own; the folder stays when anything is wrong.

    Raises:
        StackError: the system does not come up, or refuses what an office may do.
    """
    with running.running_stack(wishes.var, announce=announce) as stack:
        body, tokens = _staffed(stack, wishes, announce=announce)
        hands = ApiHands(port=stack.port, code=wishes.body, tokens=tokens)
        proof = told(body, hands, wishes, announce=announce)
    if not proof.findings:
        running.remove(stack)
    return proof


def told(body: "BodyRecord", hands: ApiHands, wishes: Wishes, *, announce: Announce) -> Proof:
    """Tell the days of a body into its books, which are empty, and verify them each evening.

    Raises:
        StackError: the books refuse what an office may do.
    """
    rng = Random(f"{wishes.seed}:{wishes.body}")  # noqa: S311 - a story, not a secret
    scale = scale_of(kind=body.kind, count=wishes.documents, rng=rng)
    office = Office(hands, kind=body.kind, scale=scale, rng=rng)
    proof = Proof()
    began = time.monotonic()

    def evening(day: date) -> None:
        verifying = time.monotonic()
        proof.findings += [f"{day}: {finding}" for finding in _verified(wishes.body)]
        proof.verifying_seconds += time.monotonic() - verifying
        proof.days += 1
        if day.day <= 1 or day.weekday() == 0:
            announce(f"{day}: {office.made.total():,} documents, {len(proof.findings)} findings")

    try:
        tell(
            office,
            Span(first=FIRST_DAY, last=wishes.last, documents=wishes.documents),
            after_each=evening,
        )
    except Refused as error:
        raise StackError(f"the books refuse what an office may do: {error}") from error
    proof.acting_seconds = time.monotonic() - began - proof.verifying_seconds
    proof.requests = hands.requests
    proof.documents = _counted(body)
    if proof.documents_in_all != office.made.total():
        proof.findings.append(
            f"{office.made.total()} documents were made, the books hold {proof.documents_in_all}"
        )
    return proof


def report(proof: Proof, wishes: Wishes) -> Report:
    """Return the proof as figures."""
    documents = proof.documents_in_all
    return Report(
        name="year",
        dataset={
            "body": wishes.body,
            "seed": wishes.seed,
            "last_day": wishes.last.isoformat(),
            "in_the_books": dict(proof.documents.most_common()),
            "findings": proof.findings[:_FINDINGS_TOLD],
        },
        figures={
            "documents": documents,
            "documents_per_s": round(documents / max(proof.acting_seconds, 0.001), 1),
            "requests": proof.requests,
            "requests_per_s": round(proof.requests / max(proof.acting_seconds, 0.001), 1),
            "seconds": round(proof.acting_seconds, 1),
            "days": proof.days,
            "verifications": proof.days,
            "verifying_seconds": round(proof.verifying_seconds, 1),
            "findings": len(proof.findings),
        },
    )


def _staffed(
    stack: Stack, wishes: Wishes, *, announce: Announce
) -> tuple["BodyRecord", dict[str, str]]:
    """Give the body its books and its officers; return it with the token of each desk."""
    provision = ("fleet", "provision", "--code", wishes.body)
    commands.run(*steps.openlaas_command(*provision), environment=stack.operators)
    os.environ.update(stack.operators)  # the operator's rights: the outbox is verified too
    import django  # noqa: PLC0415 - its settings are known from here on

    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from openlaas.demo import making  # noqa: PLC0415
    from openlaas.workdays.desks import tokens_at  # noqa: PLC0415
    from tenants.directory.queries import body_with_books  # noqa: PLC0415

    now = timezone.now()
    making.register_officers(codes=[wishes.body], now=now)
    body = body_with_books(wishes.body)
    if body is None:
        raise StackError(f"{wishes.body} has no books")
    announce(f"{body.full_name_th}: {wishes.documents:,} documents through the API")
    return body, tokens_at(body, now=now)


def _verified(code: str) -> list[str]:
    """Return what `openlaas verify` finds, in this process."""
    from tenants.fleet_health.books import books_of  # noqa: PLC0415 - Django is set up now
    from tenants.fleet_health.verifying import CellVerifier  # noqa: PLC0415

    verifier = CellVerifier()
    try:
        results = list(verifier.verified(books_of([code]), kept_head=None))
    finally:
        verifier.close()
    return [f"{one['check']}: {one['detail']}" for found in results for one in found["findings"]]


def _counted(body: "BodyRecord") -> Counter[str]:
    from accounting import books  # noqa: PLC0415 - Django is set up now
    from tenants.transactions import tenant_transaction  # noqa: PLC0415

    with tenant_transaction(body, read_only=True):
        return Counter(dict(books.rows(_DOCUMENTS, {})))
