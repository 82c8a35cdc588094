"""The form of a document: what was typed, what it means, which field each refusal belongs to."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.http import Http404, QueryDict
from django.utils import timezone

from accounting import answers
from accounting.errors import AccountingError, NotFound, Refusal, Stale
from accounting.fiscal_year import fiscal_year_of
from portal.flow.desk import THIS_YEAR, TODAY, Desk, Field, Grid, say
from portal.office import sending
from portal.office.entry_form import version_of
from portal.office.refused import words_of
from thai import baht, buddhist

_LINES_MAX = 500
_POINTER = re.compile(r"/([a-z_]+)(?:/([0-9]+)(?:/([a-z_]+))?)?")
_AMOUNT = re.compile(r"[0-9]{1,16}(\.[0-9]{1,2})?")
Line = dict[str, str]


@dataclass(slots=True, kw_only=True)
class Typed:
    """What stands in the form.

    Attributes:
        texts: by field; of a field that is searched its ``…_value`` too.
        lines: of each grid.
        errors: by place: a field's name, ``grid-line-field``, or empty for the whole.
    """

    key: str
    document: UUID | None = None
    version: int = 0
    texts: Line = field(default_factory=dict)
    lines: dict[str, list[Line]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    notice: str = ""
    status: int = 200


class Asks(Protocol):
    """What has a form: a desk, or a register."""

    @property
    def fields(self) -> Sequence[Field]:
        """Its fields."""

    @property
    def grids(self) -> Sequence[Grid]:
        """Its lines."""


def blank(desk: Asks) -> Typed:
    """Return an empty form."""
    lines: dict[str, list[Line]] = {
        grid.name: [{} for _ in range(grid.lines)] for grid in desk.grids
    }
    return Typed(key=sending.new_key(), lines=lines)


def begun(desk: Desk, told: QueryDict) -> Typed:
    """Return the form with what its address says, which a document that leads to it wrote."""
    form, empty = read(desk, told), blank(desk)
    form.key, form.document, form.version = empty.key, None, 0
    today = timezone.localdate()
    usual = {TODAY: buddhist.as_typed(today), THIS_YEAR: str(fiscal_year_of(today))}
    for one in desk.fields:
        form.texts[one.name] = _as_typed(one, form.texts[one.name]) or usual.get(one.begins, "")
    for name, lines in empty.lines.items():
        given = form.lines[name]
        form.lines[name] = given + lines[len(given) :]
    return form


def of_draft(desk: Desk, document: Mapping[str, Any]) -> Typed:
    """Return the form of a draft, to be gone on with."""
    said = desk.as_typed(dict(document))
    form = blank(desk)
    form.document, form.version = UUID(document["id"]), document["version"]
    form.texts = texts_of(desk.fields, said)
    for grid in desk.grids:
        kept = [texts_of(grid.fields, line) for line in said.get(grid.name) or []]
        form.lines[grid.name] = [*kept, {}]
    return form


def read(desk: Asks, posted: QueryDict) -> Typed:
    """Return the form as it was sent."""
    document = posted.get("document", "")
    form = Typed(
        key=_key(posted),
        document=UUID(document) if _is_id(document) else None,
        version=version_of(posted.get("version", "")),
        texts={name: posted.get(name, "").strip() for name in names(desk.fields)},
    )
    for grid in desk.grids:
        columns = {
            name: posted.getlist(f"{grid.name}-{name}")[:_LINES_MAX] for name in names(grid.fields)
        }
        many = max((len(column) for column in columns.values()), default=0)
        form.lines[grid.name] = [
            {
                name: column[place].strip() if place < len(column) else ""
                for name, column in columns.items()
            }
            for place in range(many)
        ]
    return form


def meaning(desk: Desk, form: Typed) -> dict[str, Any]:
    """Return what was typed as the API would send it; lines with nothing in them are left out.

    Called in the body's transaction: what was searched without a script is looked up here.
    """
    raw = meant(desk.fields, form.texts)
    for grid in desk.grids:
        raw[grid.name] = [
            meant(grid.fields, form.lines[grid.name][at]) for at in filled(form, grid)
        ]
    return desk.as_raw(raw)


def filled(form: Typed, grid: Grid) -> list[int]:
    """Return the places of the lines in which something is typed."""
    return [place for place, line in enumerate(form.lines[grid.name]) if any(line.values())]


def try_to_keep(desk: Asks, form: Typed, keep: Callable[[], str], *, stale: str) -> str | None:
    """Return what the form became; None when the form now says why it became nothing.

    Args:
        desk: whose form it is.
        form: as it was sent.
        keep: does it, and returns what it is called in addresses.
        stale: what is said when somebody else changed it since.

    Raises:
        Http404: there is no such to be changed.
    """
    try:
        return keep()
    except NotFound as error:
        raise Http404 from error
    except Stale:
        form.notice, form.status = stale, 412
    except AccountingError as refused:
        put_errors(desk, form, refused.refusals)
        form.status = 422
    except sending.NOT_NOW as reason:
        form.status, form.notice = sending.notice_of(reason)
        if isinstance(reason, answers.KeyReused):
            form.key = sending.new_key()
    return None


def put_errors(desk: Asks, form: Typed, refusals: Iterable[Refusal]) -> None:
    """Put every refusal where the officer typed what it is about."""
    names = {one.name for one in desk.fields}
    grids = {grid.name: grid for grid in desk.grids}
    for refusal in refusals:
        found = _POINTER.fullmatch(refusal.pointer)
        name, line, inner = found.groups() if found else ("", None, None)
        place = name if name in names else ""
        if name in grids and line is not None:
            at = filled(form, grids[name])
            known = {one.name for one in grids[name].fields}
            first = grids[name].fields[0].name
            if int(line) < len(at):
                place = f"{name}-{at[int(line)]}-{inner if inner in known else first}"
        form.errors[place].append(words_of(refusal))


def shown_fields(fields: Sequence[Field], texts: Line, form: Typed, prefix: str = "") -> list[Any]:
    """Return fields as a template shows them."""
    return [
        {
            "field": one,
            "is_searched": one.search is not None,  # a template would call the search
            "name": f"{prefix.partition('-')[0]}-{one.name}" if prefix else one.name,
            "id": f"{prefix}{one.name}",
            "label": say(one.label),
            "hint": say(one.hint),
            "value": texts.get(one.name, ""),
            "chosen": texts.get(f"{one.name}_value", ""),
            "choices": [(value, say(words)) for value, words in one.choices],
            "errors": form.errors.get(f"{prefix}{one.name}", []),
        }
        for one in fields
    ]


def shown_grid(grid: Grid, form: Typed) -> dict[str, Any]:
    """Return a grid as a template shows it, with an empty line for the script to copy."""
    rows = [
        shown_fields(grid.fields, line, form, f"{grid.name}-{place}-")
        for place, line in enumerate(form.lines[grid.name])
    ]
    empty = shown_fields(grid.fields, {}, Typed(key=""), f"{grid.name}-x-")
    heads = [(say(one.label), one.kind, one.optional) for one in grid.fields]
    return {"grid": grid, "label": say(grid.label), "rows": rows, "empty": empty, "heads": heads}


def meant(fields: Sequence[Field], texts: Line) -> dict[str, Any]:
    """Return what is typed into fields as the API would send it."""
    meant = {one.name: _value(one, texts) for one in fields}
    return {name: value for name, value in meant.items() if value is not None}


def _value(one: Field, texts: Line) -> Any:
    text = texts.get(one.name, "")
    if not text:
        return None
    if one.kind == "day":
        return buddhist.typed_date(text) or text
    if one.kind == "money":
        return baht.typed_amount(text) or text
    if one.kind == "number":
        plain = baht.arabic_digits(text)
        return int(plain) if plain.isascii() and plain.isdigit() else text
    if one.search is not None:
        return _chosen(one, text, texts.get(f"{one.name}_value", ""))
    return text


def _chosen(one: Field, text: str, value: str) -> str:
    """Return what a searched text stands for: what the script chose, else the only thing found."""
    assert one.search is not None
    if value:
        return value
    code = text.split(maxsplit=1)[0]
    found = one.search(code, 2)
    exact = [item for item in found if item.code == code]
    if len(exact) == 1 or len(found) == 1:
        return (exact or list(found))[0].value
    return text


def texts_of(fields: Sequence[Field], said: Mapping[str, Any]) -> Line:
    """Return what is said as fields show it."""
    texts: Line = {}
    for one in fields:
        value = said.get(one.name)
        texts[one.name] = "" if value is None else _as_typed(one, value)
        if one.search is not None and value is not None:
            texts[one.name] = str(said.get(f"{one.name}_name") or value)
            texts[f"{one.name}_value"] = str(value)
    return texts


def _as_typed(one: Field, value: Any) -> str:
    if one.kind == "day" and (day := buddhist.typed_day(str(value))):
        return buddhist.as_typed(day)
    is_amount = one.kind == "money" and _AMOUNT.fullmatch(str(value))
    return baht.with_separators(value) if is_amount else str(value)


def names(fields: Sequence[Field]) -> list[str]:
    """Return the names under which a form sends fields."""
    return [
        name
        for one in fields
        for name in ([one.name, f"{one.name}_value"] if one.search else [one.name])
    ]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _key(posted: QueryDict) -> str:
    key = posted.get("key", "")
    return str(UUID(key)) if _is_id(key) else sending.new_key()
