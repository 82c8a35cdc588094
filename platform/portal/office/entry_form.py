"""The entry form: what was typed, what it means, which field each refusal belongs to."""

import hashlib
import json
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop

from accounting import money
from accounting.errors import Refusal
from accounting.journal.drafts import MAX_LINES
from portal.office.refused import words_of
from thai import baht, buddhist

LINE_FIELDS = ("account", "debit", "credit", "memo")
LINES_AT_FIRST, LINES_ADDED = 4, 4
_VERSION_DIGITS = 9
_CODE_FIRST = re.compile(r"\s*([0-9]{10})\.?([0-9]{3})(\.[0-9]{2})?(?![0-9])")
_LINE_POINTER = re.compile(r"/lines/([0-9]+)(?:/([a-z_]+))?")

# What the rules say is meant for programs too; at a field officers read it in these words.
_IN_PLAIN_WORDS = {
    "not_a_date": gettext_noop("ให้พิมพ์วันที่แบบ วัน/เดือน/ปี พ.ศ. เช่น 15/09/2569"),
    "buddhist_year": gettext_noop("ให้พิมพ์วันที่แบบ วัน/เดือน/ปี พ.ศ. เช่น 15/09/2569"),
    "not_money": gettext_noop("ให้พิมพ์เป็นตัวเลข เช่น 1,234.50"),
    "no_side": gettext_noop("ให้ใส่จำนวนเงินด้านเดบิตหรือเครดิต"),
    "both_sides": gettext_noop("ให้ใส่จำนวนเงินด้านเดียว เดบิตหรือเครดิต"),
}
_NO_SUCH_DAY = gettext_noop("ไม่มีวันที่นี้ในปฏิทิน")
_NO_ACCOUNT = gettext_noop("ไม่พบบัญชีนี้ ให้พิมพ์รหัสหรือชื่อแล้วเลือกจากรายการ")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLine:
    """A line as it was typed; the account may be a code, a code and a name, or anything."""

    account: str = ""
    debit: str = ""
    credit: str = ""
    memo: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in it."""
        return not any((self.account, self.debit, self.credit, self.memo))


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedEntry:
    """A form as it was typed. ``key`` makes posting it twice harmless.

    ``voucher`` and ``version`` name the draft that the form is kept in, once there is one.
    """

    key: str
    voucher: UUID | None = None
    version: int = 0
    entry_date: str = ""
    reference: str = ""
    description: str = ""
    lines: tuple[TypedLine, ...] = ()

    def with_more_lines(self) -> "TypedEntry":
        """Return the form with empty lines at its end, as far as an entry may have them."""
        room = max(0, MAX_LINES - len(self.lines))
        return replace(self, lines=self.lines + (TypedLine(),) * min(LINES_ADDED, room))

    def with_new_key(self) -> "TypedEntry":
        """Return the form as a new one, to be posted besides what the old key posted."""
        return replace(self, key=str(uuid.uuid4()), voucher=None, version=0)

    @property
    def filled(self) -> list[int]:
        """Which lines hold anything."""
        return [index for index, line in enumerate(self.lines) if not line.is_empty]


@dataclass(slots=True)
class FieldErrors:
    """Refusals in the officer's language: by field, by line and field, and about the whole."""

    fields: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[int, dict[str, list[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    whole: list[str] = field(default_factory=list)


def blank(today: date) -> TypedEntry:
    """Return a new form dated today."""
    return TypedEntry(
        key=str(uuid.uuid4()),
        entry_date=buddhist.as_typed(today),
        lines=(TypedLine(),) * LINES_AT_FIRST,
    )


def of_draft(document: Mapping[str, Any], names: Mapping[str, str]) -> TypedEntry:
    """Return a draft voucher as a form: what was typed, as far as a draft keeps it."""
    content = document["content"]
    lines = [line for line in content.get("lines") or [] if isinstance(line, dict)]
    shown = [_line_of_draft(line, names) for line in lines]
    day = _text(content, "entry_date")
    return TypedEntry(
        key=str(uuid.uuid4()),
        voucher=UUID(document["id"]),
        version=document["version"],
        entry_date=buddhist.as_typed(date.fromisoformat(day)) if _is_iso(day) else day,
        reference=_text(content, "reference"),
        description=_text(content, "description"),
        lines=(*shown, *(TypedLine(),) * max(0, LINES_AT_FIRST - len(shown))),
    )


def _line_of_draft(line: Mapping[str, Any], names: Mapping[str, str]) -> TypedLine:
    texts = {name: _text(line, name) for name in LINE_FIELDS}
    if name := names.get(texts["account"]):
        texts["account"] = f"{texts['account']} {name}"
    for side in ("debit", "credit"):
        with suppress(money.NotMoney):
            texts[side] = baht.with_separators(money.read(texts[side]))
    return TypedLine(**texts)


def _text(holder: Mapping[str, Any], name: str) -> str:
    """Return a text; a draft that a program sent may hold anything else there."""
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def _is_iso(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def accounts_named(content: Mapping[str, Any]) -> set[str]:
    """Return the codes that a draft's lines name."""
    lines = [line for line in content.get("lines") or [] if isinstance(line, dict)]
    return {code for line in lines if (code := _text(line, "account"))}


def typed(posted: QueryDict) -> TypedEntry:
    """Return the form as it was posted; a key that is none of ours is replaced."""
    columns = [posted.getlist(name)[:MAX_LINES] for name in LINE_FIELDS]
    count = max((len(column) for column in columns), default=0)
    padded = [column + [""] * (count - len(column)) for column in columns]
    lines = tuple(
        TypedLine(**{name: text.strip() for name, text in zip(LINE_FIELDS, texts, strict=True)})
        for texts in zip(*padded, strict=True)
    )
    return TypedEntry(
        key=str(_id(posted.get("key", "")) or uuid.uuid4()),
        voucher=_id(posted.get("voucher", "")),
        version=version_of(posted.get("version", "")),
        entry_date=posted.get("entry_date", "").strip(),
        reference=posted.get("reference", "").strip(),
        description=posted.get("description", "").strip(),
        lines=lines,
    )


def meaning(form: TypedEntry) -> dict[str, Any]:
    """Return what was typed as the API would send it. Lines with nothing in them are left out."""
    return {
        "entry_date": buddhist.typed_date(form.entry_date) or form.entry_date or None,
        "description": form.description or None,
        "reference": form.reference or None,
        "lines": [_line_meaning(form.lines[index]) for index in form.filled],
    }


def sha256(form: TypedEntry) -> str:
    """Return the SHA-256 of what was meant, by which a resubmission is known."""
    text = json.dumps(meaning(form), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def field_errors(form: TypedEntry, refusals: Iterable[Refusal]) -> FieldErrors:
    """Put every refusal where the officer typed what it is about."""
    errors = FieldErrors()
    filled = form.filled
    for refusal in refusals:
        message = _message(refusal, form)
        if match := _LINE_POINTER.fullmatch(refusal.pointer):
            line, name = filled[int(match[1])], match[2] or "debit"
            errors.lines[line][name if name in LINE_FIELDS else "account"].append(message)
        elif refusal.pointer.removeprefix("/") in {"entry_date", "reference", "description"}:
            errors.fields[refusal.pointer.removeprefix("/")].append(message)
        else:
            errors.whole.append(message)
    return errors


def rows(form: TypedEntry, errors: FieldErrors) -> list[Mapping[str, Any]]:
    """Return the lines for the page: number, what was typed, and errors by field."""
    return [
        {"number": index + 1, "typed": line, "errors": errors.lines.get(index, {})}
        for index, line in enumerate(form.lines)
    ]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def version_of(text: str) -> int:
    """Return the version; what is none of ours is 0, which no document has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _VERSION_DIGITS else 0


def _line_meaning(line: TypedLine) -> dict[str, str]:
    said = {
        "account": account_code(line.account),
        "debit": baht.typed_amount(line.debit),
        "credit": baht.typed_amount(line.credit),
        "memo": line.memo,
    }
    return {name: text for name, text in said.items() if text}


def account_code(text: str) -> str:
    """Return the code that the text begins with, dotted; else the text."""
    match = _CODE_FIRST.match(baht.arabic_digits(text))
    return f"{match[1]}.{match[2]}{match[3] or ''}" if match else text


def _message(refusal: Refusal, form: TypedEntry) -> str:
    if refusal.code == "not_a_date" and buddhist.is_written_as_date(form.entry_date):
        return gettext(_NO_SUCH_DAY)
    if plain := _IN_PLAIN_WORDS.get(refusal.code):
        return gettext(plain)
    if refusal.code == "unknown_account":
        return gettext(_NO_ACCOUNT)
    return words_of(refusal)
