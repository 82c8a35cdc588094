"""How long the verifier takes over a fleet, and whether it finds fifty tamperings by a superuser.

Most bodies have no entry, some have many: as in the first year of a fleet. Then fifty bodies that
have the books of ``openlaas.tampering`` are tampered with, each in another way, and all must be
found, each where it was done. What is tampered with is put back, also after a kill.
"""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from rich.table import Table

from openlaas.bench import filling
from openlaas.bench.fleet import Fleet, fleet
from openlaas.bench.offices import Office
from openlaas.bench.report import Report
from openlaas.stack import paths, steps
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce

if TYPE_CHECKING:
    from openlaas.tampering.books import Tamperer
    from tenants.directory.records import BodyRecord

_FOUND_SOMETHING = 1
_OFFICER = UUID("00000000-0000-4000-8000-000000000000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked `openlaas bench verify` for.

    Attributes:
        bodies: at least so many have books.
        filled: of these so many have entries.
        entries: so many each.
        tamperings: so many bodies are tampered with.
    """

    var: Path
    bodies: int = 1000
    filled: int = 200
    entries: int = 1000
    tamperings: int = 50
    processes: int = 0


def bench_verify(wishes: Wishes, *, announce: Announce) -> Report:
    """Verify the fleet, tamper, verify again, put back, verify again.

    Raises:
        StackError: something could not be started, or the verifier could not look at everything.
    """
    with fleet(wishes.var, bodies=wishes.bodies, announce=announce) as ground:
        from tenants.directory.queries import bodies_with_books  # noqa: PLC0415 - set up by now

        bodies = bodies_with_books()
        _put_back_what_was_left(ground, bodies, announce)
        to_fill = _spread(bodies, wishes.filled)
        _fill(to_fill, wishes, announce)
        filled = {body.code for body in to_fill}
        tampered = _tampered_with(bodies, filled, wishes.tamperings, announce)
        announce(f"Verifying {len(bodies):,} bodies")
        whole = _verified(ground, ["--all", "--processes", str(wishes.processes)])
        announce(f"{whole['wall_s']} s, {whole['findings']} findings")
        missed = _tamperings_missed(ground, tampered, announce)
        after = _verified(ground, _codes(tampered.values()))
    return _report(wishes, ground, whole, tamperings=len(tampered), missed=missed, after=after)


def table(found: Report) -> Table:
    """Return what a person reads."""
    shown = Table(title="The verifier over a fleet")
    shown.add_column("figure")
    shown.add_column("value", justify="right")
    for name, value in found.figures.items():
        shown.add_row(name.replace("_", " "), f"{value:,}")
    for missed in found.dataset["tamperings_missed"]:
        shown.add_row("missed", missed)
    return shown


def _spread(bodies: Sequence["BodyRecord"], count: int) -> list["BodyRecord"]:
    """Return so many bodies from all over the register, the same at every run."""
    step = max(len(bodies) // max(count, 1), 1)
    return list(bodies[::step][:count])


def _fill(bodies: Sequence["BodyRecord"], wishes: Wishes, announce: Announce) -> None:
    from django.utils import timezone  # noqa: PLC0415 - Django was not set up at import

    offices = [
        Office(code=body.code, schema=body.schema_name, role=body.role, cell=body.cell, token="")
        for body in bodies
    ]
    today = timezone.localdate()
    filling.fill(offices, entries=wishes.entries, lines=2, today=today, say=announce)


def _tampered_with(
    bodies: Sequence["BodyRecord"], filled: set[str], count: int, announce: Announce
) -> dict[str, "BodyRecord"]:
    """Return a body for each way to tamper, with the books that the way is told for."""
    from accounting.officers import Officer  # noqa: PLC0415 - Django was not set up at import
    from openlaas.tampering import books as to_tamper_with  # noqa: PLC0415
    from openlaas.tampering.ways import TAMPERINGS  # noqa: PLC0415

    officer = Officer(
        id=_OFFICER, name_th="นางสาวสมหญิง ใจดี", roles=frozenset({"ACCOUNTANT", "FIN_DIRECTOR"})
    )
    names = list(TAMPERINGS)
    # From the whole list, so that every kind of tampering has its part.
    chosen = [names[place * len(names) // count] for place in range(min(count, len(names)))]
    empty = [body for body in reversed(bodies) if body.code not in filled]
    if len(empty) < len(chosen):
        raise StackError(f"{len(chosen)} bodies without entries are needed to tamper with")
    announce(f"Writing the books of {len(chosen)} bodies to tamper with")
    pairs = dict(zip(chosen, empty, strict=False))
    for body in pairs.values():
        if filling.entries_of(body) == 0:
            to_tamper_with.write(body, officer=officer)
    return pairs


def _tamperings_missed(
    ground: Fleet, tampered: dict[str, "BodyRecord"], announce: Announce
) -> list[str]:
    """Tamper with each body in its way; return the ways that were not found where they were."""
    from openlaas.tampering.ways import TAMPERINGS  # noqa: PLC0415 - Django was not set up

    announce(f"Tampering with {len(tampered)} bodies")
    for name, body in tampered.items():
        with _inside(ground, body) as owner:
            tamperer = _tamperer(owner, body)
            tamperer.keep_untouched()
            tamperer.tamper(TAMPERINGS[name][0])
    try:
        said = _verified(ground, _codes(tampered.values()))
    finally:
        _put_back_what_was_left(ground, list(tampered.values()), announce)
    found = {(one["body"], one["check"], one["event_no"]) for one in said["details"]}
    return [
        name for name, body in tampered.items() if (body.code, *TAMPERINGS[name][1]) not in found
    ]


def _put_back_what_was_left(
    ground: Fleet, bodies: Sequence["BodyRecord"], announce: Announce
) -> None:
    from openlaas.tampering.books import untouched_schemas  # noqa: PLC0415 - set up by now

    for cell in sorted({body.cell for body in bodies}):
        with ground.owner(cell) as owner:
            left = set(untouched_schemas(owner))
        for body in bodies:
            if body.cell == cell and body.schema_name in left:
                with _inside(ground, body) as owner:
                    tamperer = _tamperer(owner, body)
                    tamperer.restore()
                    tamperer.forget_untouched()
        if left:
            announce(f"Put back the books of {len(left)} bodies of {cell}")


def _inside(ground: Fleet, body: "BodyRecord") -> Any:
    owner = ground.owner(body.cell)
    owner.execute(f'SET search_path = "{body.schema_name}", shared'.encode())
    return owner


def _tamperer(owner: Any, body: "BodyRecord") -> "Tamperer":
    from openlaas.tampering.books import Tamperer  # noqa: PLC0415 - Django was not set up

    return Tamperer(owner, schema=body.schema_name)


def _codes(bodies: Any) -> list[str]:
    return [word for body in bodies for word in ("--code", body.code)]


def _verified(ground: Fleet, words: Sequence[str]) -> dict[str, Any]:
    """Run the command as an operator would.

    Raises:
        StackError: it could not look at everything.
    """
    done = subprocess.run(  # noqa: S603 - our own words
        steps.openlaas_command("verify", "--json", *words),
        cwd=paths.REPOSITORY,
        env=dict(ground.operators),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in {0, _FOUND_SOMETHING}:
        raise StackError(f"verify failed:\n{(done.stdout + done.stderr)[-3000:]}")
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _report(
    wishes: Wishes,
    ground: Fleet,
    whole: dict[str, Any],
    *,
    tamperings: int,
    missed: list[str],
    after: dict[str, Any],
) -> Report:
    return Report(
        name="verify",
        dataset={
            "filled_bodies": wishes.filled,
            "entries_of_each": wishes.entries,
            "cells": whole["cells"],
            "tamperings_missed": missed,
            "load_average_before": round(ground.foreign_load, 2),
        },
        figures={
            "bodies": whole["bodies"],
            "books": whole["books"],
            "entries": whole["entries"],
            "wall_s": whole["wall_s"],
            "findings": whole["findings"],
            "bodies_per_s": whole["bodies_per_s"],
            "tamperings": tamperings,
            "tamperings_found": tamperings - len(missed),
            "findings_after_putting_back": after["findings"],
        },
    )
