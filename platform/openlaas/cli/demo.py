"""`openlaas demo`: a province with its bodies, officers and books, and a training body."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime
from functools import partial
from multiprocessing import get_context
from typing import TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

demo = typer.Typer(help=__doc__, invoke_without_command=True)
console = Console(stderr=True)
T = TypeVar("T")
Step = Callable[[str], None]
Work = tuple[str, int, bool]  # a body, how many, and whether documents or entries alone
LINKS = ("accountant", "fin_director", "int_audit", "lao_admin")


@demo.callback()
def make(
    context: typer.Context,
    documents: int = typer.Option(
        240,
        min=200,
        help="Documents a fiscal year, of the bodies that have them; 12,800 on average.",
    ),
    bodies: int = typer.Option(
        2, min=0, help="How many bodies have documents; the books of the others are entries alone."
    ),
    entries: int = typer.Option(240, min=200, help="Entries a fiscal year, of the others."),
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON."),
) -> None:
    """Make the demonstration; what is there already is left alone. Safe to run again."""
    if context.invoked_subcommand:
        return
    import django

    django.setup()
    from django.utils import timezone

    from openlaas.demo import making

    started, now = time.monotonic(), timezone.now()
    codes = _with_progress(
        "books given", 0, lambda step: making.provision_places(now=now, after_each=step)
    )
    officers = making.register_officers(codes=codes, now=now)
    console.print(f"{len(officers):,} officers")
    places = making.places(codes)
    of_documents = [one.body.code for one in making.with_documents(places, bodies=bodies)]
    # Those that take longest are begun first.
    work = [(code, documents, True) for code in of_documents]
    others = [one.body.code for one in places if one.body.code not in of_documents]
    work += [(code, entries, False) for code in others]
    made = _with_progress("books made", len(work), lambda step: _fill_all(work, now, step))
    path = making.write_officers_file(officers, now=now)
    result = {
        "bodies": len(places),
        "officers": len(officers),
        "documents": sum(made[code] for code in of_documents),
        "entries": sum(made[code] for code in others),
        "officers_file": str(path),
        "seconds": round(time.monotonic() - started, 1),
    }
    if as_json:
        print(json.dumps(result))
    else:
        console.print(", ".join(f"{name} {value}" for name, value in result.items()))


@demo.command()
def links(
    body: str = typer.Option(
        "", help="Of this body; else the training body and one of a province."
    ),
    url: str = typer.Option("http://localhost:8000", envvar="OPENLAAS_URL", help="The portal's."),
    as_json: bool = typer.Option(False, "--json", help="Print the links as JSON."),
) -> None:
    """Print sign-in links of demo officers, each good for one use."""
    import django

    django.setup()
    from django.utils import timezone

    from openlaas.demo.making import PROVINCE
    from tenants.officers.models import Officer
    from tenants.officers.sign_in import new_link
    from tenants.provisioning.bodies import codes_of_province
    from tenants.provisioning.register import TRAINING_BODY_CODE

    codes = [body] if body else [codes_of_province(PROVINCE)[-1], TRAINING_BODY_CODE]
    usernames = [f"{code}-{role}" for code in codes for role in LINKS]
    found = []
    for officer in Officer.objects.filter(username__in=usernames).order_by("username"):
        token = new_link(officer_id=officer.id, purpose="sign_in", now=timezone.now())
        found.append(
            {"username": officer.username, "link": f"{url.rstrip('/')}/sign-in/link/{token}"}
        )
    if as_json:
        print(json.dumps(found))
        return
    for link in found:
        print(f"{link['username']:24} {link['link']}")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(demo, name="demo")


def _with_progress(title: str, total: int, work: Callable[[Step], T]) -> T:
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(title, total=total or None)
        return work(lambda _code: progress.advance(task))


def _fill_all(work: list[Work], now: datetime, step: Step) -> dict[str, int]:
    """Make every body's documents or entries, in as many processes as there are cores."""
    from django.utils import timezone

    fill = partial(_fill_one, today=timezone.localdate(now))
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        made = {}
        for (code, _, _), count in zip(work, processes.map(fill, work), strict=True):
            made[code] = count
            step("")
        return made


def _fill_one(work: Work, *, today: date) -> int:
    """Make one body's documents or entries, in a process of its own."""
    import django

    django.setup()
    from accounting.officers import Officer
    from openlaas.demo import making
    from openlaas.workdays.demonstration import make_documents
    from tenants.officers.models import Officer as StoredOfficer

    code, count, is_documents = work
    (place,) = making.places([code])
    if is_documents:
        return make_documents(place.body, documents=count, today=today)
    stored = StoredOfficer.objects.get(username=f"{code}-accountant")
    officer = Officer(id=stored.id, name_th=stored.name_th, roles=frozenset({"ACCOUNTANT"}))
    return making.post_books(place, accountant=officer, documents=count, today=today)
