"""`openlaas body …`: a body's life: its states, its books, its place, its successors."""

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

body = typer.Typer(help=__doc__, no_args_is_help=True)
console = Console(stderr=True, highlight=False)

Code = Annotated[str, typer.Argument(help="The body's code.")]
Reason = Annotated[str, typer.Option(help="Why, for the body's history.")]
By = Annotated[str, typer.Option(help="Who; your own account by default.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Day = Annotated[str, typer.Option("--from", help="The day it takes effect, YYYY-MM-DD.")]
Appointments = Annotated[
    str, typer.Option(help="Of the absorbed body: keep, end, or carry into the successor.")
]


@body.command()
def state(
    code: Code,
    state: Annotated[
        str, typer.Argument(help="open, read_only, import_only, maintenance, suspended, archived.")
    ],
    *,
    message_th: Annotated[str, typer.Option(help="What officers read, in Thai.")] = "",
    message_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    until: Annotated[str, typer.Option(help="Open again from then: 2026-10-01T06:00.")] = "",
    reason: Reason = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Give a body another state; at its end the body is open again without another command."""
    now = set_up()
    from tenants.lifecycle import states

    with told_refusals(as_json=as_json):
        before = states.change_state(
            code=code,
            state=state,
            message_th=message_th,
            message_en=message_en,
            until=moment_of(until),
            reason=reason,
            changed_by=by or getpass.getuser(),
            now=now,
        )
    tell({"code": code, "before": before, "state": state, "until": until or None}, as_json=as_json)


@body.command()
def history(code: Code, *, as_json: AsJson = False) -> None:
    """Show every change of a body: what, when, who and why."""
    from dataclasses import asdict

    set_up()
    from tenants.lifecycle import queries

    changes = queries.changes_of(code)
    if as_json:
        print(json.dumps([asdict(change) for change in changes], ensure_ascii=False, default=str))
        return
    table = Table("when", "what", "before", "after", "why", "who")
    for change in changes:
        words = (change.what, change.before, change.after, change.reason, change.changed_by)
        table.add_row(f"{change.at:%Y-%m-%d %H:%M}", *words)
    Console().print(table)


@body.command()
def new_generation(
    code: Code, *, reason: Reason = "", by: By = "", give_up: bool = False, as_json: AsJson = False
) -> None:
    """Start a body's books anew; the old ones stay to be read. Safe to run again."""
    set_up()
    from django.utils import timezone

    from tenants.lifecycle import generations
    from tenants.moving import operations

    with told_refusals(as_json=as_json):
        if give_up:
            operations.give_up_move(code=code, clock=timezone.now)
            tell({"code": code, "given_up": True}, as_json=as_json)
            return
        generation = generations.new_generation(
            code=code,
            reason=reason,
            changed_by=by or getpass.getuser(),
            clock=timezone.now,
            after_step=_step,
        )
    tell({"code": code, "generation": generation}, as_json=as_json)


@body.command()
def kind(
    code: Code,
    kind: Annotated[str, typer.Argument(help="PAO, CITY, TOWN, TMUN, SAO or SPEC.")],
    *,
    from_date: Day,
    name: Annotated[str, typer.Option(help="Its name from then on, in Thai.")],
    full_name: Annotated[str, typer.Option(help="Its full name from then on, in Thai.")],
    reason: Reason,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Make a body one of another kind; its code and its books stay."""
    now = set_up()
    from tenants.lifecycle import merging

    with told_refusals(as_json=as_json):
        merging.change_kind(
            code=code,
            kind=kind,
            name_th=name,
            full_name_th=full_name,
            from_date=_day(from_date),
            reason=reason,
            changed_by=by or getpass.getuser(),
            now=now,
        )
    tell({"code": code, "kind": kind, "from": from_date}, as_json=as_json)


@body.command()
def merge(
    code: Code,
    *,
    into: Annotated[str, typer.Option(help="The code of the body that absorbs it.")],
    from_date: Day,
    appointments: Appointments,
    reason: Reason,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Let another body absorb one, which is archived. Nothing is posted into the successor's books:
    its officers post the opening entries."""  # noqa: D205, D209 - one paragraph of help
    now = set_up()
    from dataclasses import asdict

    from tenants.lifecycle import merging

    with told_refusals(as_json=as_json):
        merged = merging.merge(
            code=code,
            into=into,
            from_date=_day(from_date),
            appointments=_handling(appointments),
            reason=reason,
            changed_by=by or getpass.getuser(),
            now=now,
        )
    tell({"code": code, "successor": into, **asdict(merged)}, as_json=as_json)
    console.print(f"Opening entries of {into} are for its officers to post: nothing was posted.")


@body.command()
def succeed(
    code: Code,
    *,
    new_code: Annotated[str, typer.Option(help="The successor's code.")],
    kind: Annotated[str, typer.Option(help="PAO, CITY, TOWN, TMUN, SAO or SPEC.")],
    name: Annotated[str, typer.Option(help="Its name, in Thai.")],
    full_name: Annotated[str, typer.Option(help="Its full name, in Thai.")],
    from_date: Day,
    appointments: Appointments,
    reason: Reason,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Put a new body with new books and a code of its own where one was, which is archived."""
    now = set_up()
    from dataclasses import asdict

    from tenants.lifecycle import succeeding

    with told_refusals(as_json=as_json):
        merged = succeeding.succeed(
            code=code,
            new=succeeding.NewBody(code=new_code, kind=kind, name_th=name, full_name_th=full_name),
            from_date=_day(from_date),
            appointments=_handling(appointments),
            reason=reason,
            changed_by=by or getpass.getuser(),
            now=now,
        )
    tell({"code": code, "successor": new_code, **asdict(merged)}, as_json=as_json)
    console.print(
        f"Opening entries of {new_code} are for its officers to post: nothing was posted."
    )


@body.command()
def move(
    code: Code,
    *,
    to: Annotated[str, typer.Option(help="The cell that its books go to.")] = "",
    reason: Reason = "moved to another cell",
    by: By = "",
    give_up: Annotated[
        bool, typer.Option("--give-up", help="Undo a move that was interrupted.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Move a body's books to another cell while it is used. Safe to run again."""
    set_up()
    from dataclasses import asdict

    from django.utils import timezone

    from tenants.moving import operations

    if bool(to) == give_up:
        raise typer.BadParameter("give either --to or --give-up")
    with told_refusals(as_json=as_json):
        if give_up:
            operations.give_up_move(code=code, clock=timezone.now)
            tell({"code": code, "given_up": True}, as_json=as_json)
            return
        moved = operations.move_body(
            code=code,
            cell=to,
            moved_by=by or getpass.getuser(),
            reason=reason,
            clock=timezone.now,
            after_step=_step,
        )
    tell(asdict(moved), as_json=as_json)


@body.command()
def swap(
    code: Code,
    *,
    schema: Annotated[str, typer.Option(help="Which books, when several are beside.")] = "",
    reason: Reason = "books brought back took the place of the live ones",
    by: By = "",
    give_up: Annotated[
        bool, typer.Option("--give-up", help="Undo a swap that was interrupted.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the books beside a body's live ones the live ones; those are kept. Safe to run again."""
    set_up()
    from dataclasses import asdict

    from django.utils import timezone

    from tenants.moving import operations, swapping

    with told_refusals(as_json=as_json):
        if give_up:
            operations.give_up_move(code=code, clock=timezone.now)
            tell({"code": code, "given_up": True}, as_json=as_json)
            return
        swapped = swapping.swap_books(
            code=code,
            schema_name=schema or None,
            swapped_by=by or getpass.getuser(),
            reason=reason,
            clock=timezone.now,
            after_step=_step,
        )
    tell(asdict(swapped), as_json=as_json)


@body.command()
def release(code: Code, *, as_json: AsJson = False) -> None:
    """Take away the copies of a body's books that moves and swaps left behind."""
    set_up()
    from tenants.moving import switching

    with told_refusals(as_json=as_json):
        released = switching.release(code=code)
    tell({"code": code, "released": released}, as_json=as_json)


def set_up() -> datetime:
    """Let Django know its settings; return the time."""
    import django

    django.setup()
    from django.utils import timezone

    return timezone.now()


def _step(name: str) -> None:
    console.print(Text(f"{datetime.now():%H:%M:%S.%f} {name}", style="dim"))  # noqa: DTZ005 - the operator's own clock


@contextmanager
def told_refusals(*, as_json: bool) -> Iterator[None]:
    """Print every reason of a refusal, in both languages, and end with 1."""
    from dataclasses import asdict

    from accounting.errors import AccountingError
    from tenants.moving.copying import CopyDiffers, StructureDiffers
    from tenants.moving.fence import WritersDoNotEnd
    from tenants.provisioning.placement import NoRoom
    from tenants.releases.shared_step import SharedStepFailed

    try:
        yield
    except AccountingError as error:
        if as_json:
            print(json.dumps([asdict(one) for one in error.refusals], ensure_ascii=False))
        for one in error.refusals:
            console.print(Text(f"{one.code}: {one.message_th} / {one.message_en}", style="red"))
        raise typer.Exit(1) from None
    except (CopyDiffers, StructureDiffers, SharedStepFailed, WritersDoNotEnd, NoRoom) as error:
        console.print(Text(f"{_UNDONE[type(error).__name__]} ({error})", style="red"))
        raise typer.Exit(1) from None


_UNDONE = {
    "CopyDiffers": "สำเนาไม่ตรงกับต้นฉบับ ไม่ได้ย้าย / the copy differs: nothing was moved",
    "StructureDiffers": "สองที่เป็นคนละรุ่น ย้ายไม่ได้ / the two places are at other releases",
    "SharedStepFailed": "เซลล์ปลายทางปรับรุ่นไม่ได้ / the other cell cannot be brought along",
    "WritersDoNotEnd": "มีรายการที่บันทึกไม่จบ ไม่ได้ย้าย / a posting did not end: undone",
    "NoRoom": "ไม่มีเซลล์ที่ว่าง / every open cell is full",
}


def moment_of(text: str) -> datetime | None:
    """Return a time; one without an offset is Thai time."""
    from django.utils import timezone

    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"not a time such as 2026-10-01T06:00: {text}") from error
    return found if found.tzinfo else timezone.make_aware(found)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"not a day such as 2026-10-01: {text}") from error


def _handling(text: str) -> Any:
    if text not in {"keep", "end", "carry"}:
        raise typer.BadParameter("--appointments must be keep, end or carry")
    return text


def tell(result: dict[str, Any], *, as_json: bool) -> None:
    """Print what was done."""
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        console.print(Text(", ".join(f"{name} {value}" for name, value in result.items())))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(body, name="body")
