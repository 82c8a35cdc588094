"""Move after move while clients post; then the books against what the clients were told.

The clients and the checks are those of `openlaas prove crashes`. Some moves are killed with
SIGKILL right after a step that they tell of, and run again. What a move did is taken from what it
wrote down, not from what it printed: one that is killed after its end has moved the body too.
"""

import statistics
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from openlaas.bench import commands
from openlaas.bench.offices import Office
from openlaas.bench.report import Report
from openlaas.crashes import checks, running, traffic
from openlaas.crashes.history import History
from openlaas.crashes.running import Stack
from openlaas.stack import paths, steps
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce

_CELLS = ("openlaas_cell_01", "openlaas_cell_02")
_SETTLING_SECONDS = 60
_STEPS = ("begun", "made", "ahead", "closed", "fenced", "copied", "compared", "switched")
_FINDINGS_TOLD = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How large the proof is, and the folder of its servers.

    Attributes:
        killed: how many of the moves are killed on the way, and run again.
        posting_seconds: how long the clients post before the first move, and after the last.
    """

    var: Path
    bodies: int = 20
    clients: int = 16
    killed: int = 5
    posting_seconds: float = 10.0
    seed: int = 2569


@dataclass(slots=True)
class Moves:
    """What the moves told, one item for each body; ``killed`` after which steps some were."""

    read_only_ms: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What happened, and every promise that was broken, by its name in checks.PROMISES."""

    wishes: Wishes
    moves: Moves
    history: History
    findings: tuple[checks.Finding, ...]


def prove(wishes: Wishes, *, announce: Announce) -> Proof:
    """Run the proof on servers of its own; the folder stays when a promise was broken.

    Raises:
        StackError: the system did not come up, or a move failed.
    """
    history, moves = History(), Moves()
    with running.running_stack(wishes.var, announce=announce) as stack:
        prepare = ("prepare", "--cells", str(len(_CELLS)))
        commands.run(*steps.openlaas_command(*prepare), environment=stack.operators)
        offices = traffic.offices_of(stack, wishes.bodies, announce=announce)
        announce(f"{wishes.clients} clients post to {wishes.bodies} bodies, which move")
        _move_all(stack, wishes, offices, history, moves, announce=announce)
        announce(f"Looking at {len(history.postings):,} postings from outside")
        moved = _where_they_are(offices)
        found = [*checks.findings(history, moved, operators=stack.operators)]
        found += _left_behind(offices, moved)
    proof = Proof(wishes=wishes, moves=moves, history=history, findings=tuple(found))
    if not found:
        running.remove(stack)
    return proof


def report(proof: Proof) -> Report:
    """Return the proof as figures; a promise kept is a zero."""
    history, moves = proof.history, proof.moves
    broken = Counter(promise for promise, _ in proof.findings)
    figures: dict[str, float] = {
        "moves": len(moves.read_only_ms),
        "moves_killed_and_run_again": len(moves.killed),
        "read_only_ms_p50": round(statistics.median(moves.read_only_ms)),
        "read_only_ms_max": max(moves.read_only_ms),
        "move_s_p50": round(statistics.median(moves.seconds), 2),
        "rows_per_body_p50": round(statistics.median(moves.rows)),
        "keys": len(history.postings),
        "entries_acknowledged": sum(len(posting.told) for posting in history.postings),
        "refused_and_sent_again": sum(
            outcome.startswith("503")
            for posting in history.postings
            for outcome in posting.outcomes
        ),
    }
    figures |= {f"broken_{promise}": broken[promise] for promise in checks.PROMISES}
    wishes = proof.wishes
    return Report(
        name="moves",
        dataset={
            "bodies": wishes.bodies,
            "clients": wishes.clients,
            "seed": wishes.seed,
            "read_only_ms": moves.read_only_ms,
            "killed_after": moves.killed,
            "answers": dict(history.outcomes),
            "findings": [f"{promise}: {detail}" for promise, detail in proof.findings][
                :_FINDINGS_TOLD
            ],
        },
        figures=figures,
    )


def _move_all(
    stack: Stack,
    wishes: Wishes,
    offices: list[Office],
    history: History,
    moves: Moves,
    *,
    announce: Announce,
) -> None:
    random = Random(wishes.seed)  # noqa: S311 - no secret
    killed = set(random.sample(range(len(offices)), min(wishes.killed, len(offices))))
    with traffic.clients_at_work(
        stack,
        offices,
        history,
        clients=wishes.clients,
        seed=wishes.seed,
        settling_seconds=_SETTLING_SECONDS,
    ):
        time.sleep(wishes.posting_seconds)
        for place, office in enumerate(offices):
            if place in killed:
                step = random.choice(_STEPS)
                _kill_a_move(stack, office, after=step)
                moves.killed.append(step)
            announce(_move(stack, office, moves))
        time.sleep(wishes.posting_seconds)


def _words(office: Office) -> tuple[str, ...]:
    (target,) = set(_CELLS) - {office.cell}
    return steps.openlaas_command("body", "move", office.code, "--to", target, "--json")


def _move(stack: Stack, office: Office, moves: Moves) -> str:
    """Move a body, or finish what a killed move began; return what is to be told of it."""
    started = time.monotonic()
    try:
        commands.run(*_words(office), environment=stack.operators)
    except StackError as error:
        if "is_there" not in str(error):  # the killed one came to its end before it died
            raise
    moves.seconds.append(time.monotonic() - started)
    rows, read_only_ms = _written_down(office)
    moves.rows.append(rows)
    moves.read_only_ms.append(read_only_ms)
    return f"{office.code}: {rows:,} rows, {read_only_ms} ms read-only"


def _written_down(office: Office) -> tuple[int, int]:
    """Return the rows of the body's one finished move, and how long nobody could write."""
    from tenants.moving.models import Move  # noqa: PLC0415 - Django is set up now

    move = Move.objects.get(body__code=office.code, finished_at__isnull=False)
    return move.rows_copied or 0, move.read_only_ms or 0


def _kill_a_move(stack: Stack, office: Office, *, after: str) -> None:
    """Begin a move, and kill it as soon as it tells that it has done a step."""
    with subprocess.Popen(  # noqa: S603 - words of ours
        _words(office),
        cwd=paths.REPOSITORY,
        env=dict(stack.operators),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as move:
        assert move.stderr is not None  # a pipe was asked for
        said = [line for line in iter(move.stderr.readline, "") if _kill_at(move, line, after)]
    if not said:
        raise StackError(f"the move of {office.code} ended before it was {after}")


def _kill_at(move: subprocess.Popen[str], line: str, step: str) -> bool:
    """Kill the move when the line tells of the step; tell whether it did."""
    if line.split()[-1:] != [step]:
        return False
    move.kill()
    return True


def _where_they_are(offices: list[Office]) -> list[Office]:
    from tenants.directory.queries import body_with_books  # noqa: PLC0415 - Django is set up now

    moved = []
    for office in offices:
        body = body_with_books(office.code)
        assert body is not None  # it was given books
        moved.append(
            Office(
                code=body.code,
                schema=body.schema_name,
                role=body.role,
                cell=body.cell,
                token=office.token,
            )
        )
    return moved


def _left_behind(before: list[Office], after: list[Office]) -> list[checks.Finding]:
    """Return bodies that are not where they were told to go."""
    return [
        ("moved", f"{old.code} is still in {old.cell}")
        for old, new in zip(before, after, strict=True)
        if old.cell == new.cell
    ]
