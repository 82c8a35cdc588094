"""Reading what an operator asks for: a measure's settings, or the staged groups. Pure.

Every reason is told at once; nothing is taken of what is refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from accounting.errors import AccountingError, Refusal
from accounting.reading import Reader
from tenants.admission.measures import Measure, Opening, Policy, StagedGroup, What

_MOST_GROUPS, _MOST_OPENINGS, _MOST_PARTS = 50, 14, 1000
_LONGEST_NAME, _LONGEST_WORDS = 120, 300
_MOST = 10_000_000
_WEEKDAYS = frozenset(range(1, 8))
# What each measure must be told, each a whole number of at least one.
SETTINGS: Mapping[What, tuple[str, ...]] = {
    What.WAITING_ROOM: ("max_inside", "inlet_per_minute"),
    What.READ_ONLY: ("parts", "minutes"),
}


class MeasureRefused(AccountingError):
    """What was asked cannot be put in force."""

    code = "measure_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A measure as an operator asks for it.

    Attributes:
        settings: by name; of STAGED_GROUPS ``groups``, a list of objects with name_th, name_en,
            kinds, provinces, share and openings (weekdays, begins, ends).
    """

    what: What
    settings: Mapping[str, Any]
    until: datetime | None = None
    words_th: str = ""
    words_en: str = ""


def refusals_of(
    asked: Asked, *, provinces: Collection[str], kinds: Collection[str], now: datetime
) -> list[Refusal]:
    """Return every reason why the measure cannot be put in force.

    Args:
        asked: by an operator.
        provinces: the codes that there are.
        kinds: of body that there are.
        now: its end must be after it.
    """
    reader = Reader(raw=asked.settings)
    if asked.what is What.STAGED_GROUPS:
        reader.only("groups")
        for group in reader.items("groups", most=_MOST_GROUPS):
            _read_group(group, provinces=provinces, kinds=kinds)
    else:
        names = SETTINGS.get(asked.what, ())
        reader.only(*names)
        for name in names:
            _whole_number(reader, name, most=_MOST_PARTS if name == "parts" else _MOST)
    if asked.until is not None and asked.until <= now:
        reader.refuse("until", "is_past", "เวลาสิ้นสุดต้องอยู่ในอนาคต", "must be in the future")
    for name in ("words_th", "words_en"):
        if len(getattr(asked, name)) > _LONGEST_WORDS:
            th, en = f"ยาวเกิน {_LONGEST_WORDS} ตัวอักษร", f"longer than {_LONGEST_WORDS} characters"
            reader.refuse(name, "too_long", th, en)
    if bool(asked.words_th) != bool(asked.words_en):
        reader.refuse(
            "words_th", "both_languages", "ต้องระบุทั้งภาษาไทยและอังกฤษ", "both languages are required"
        )
    return reader.refusals


def policy_of(rows: Collection[Asked]) -> Policy:
    """Return what rows that were accepted once put in force."""
    measures = {
        row.what: Measure(
            what=row.what,
            until=row.until,
            words_th=row.words_th,
            words_en=row.words_en,
            settings={name: row.settings[name] for name in SETTINGS.get(row.what, ())},
        )
        for row in rows
    }
    told = next((row.settings["groups"] for row in rows if row.what is What.STAGED_GROUPS), ())
    return Policy(measures=measures, groups=tuple(_group(one) for one in told))


def _read_group(reader: Reader, *, provinces: Collection[str], kinds: Collection[str]) -> None:
    reader.only("name_th", "name_en", "kinds", "provinces", "share", "openings")
    reader.text("name_th", longest=_LONGEST_NAME, required=True)
    reader.text("name_en", longest=_LONGEST_NAME, required=True)
    _known(reader, "kinds", kinds)
    _known(reader, "provinces", provinces)
    if reader.raw.get("share") is not None:
        _read_share(reader)
    for opening in reader.items("openings", most=_MOST_OPENINGS):
        _read_opening(opening)


def _known(reader: Reader, name: str, known: Collection[str]) -> None:
    """Refuse what is no list of known codes."""
    found = reader.raw.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        reader.refuse(name, "not_a_list", "ต้องเป็นรายการรหัส", "must be a list of codes")
        return
    if unknown := ", ".join(sorted(set(found) - set(known))[:5]):
        reader.refuse(name, "unknown", f"ไม่รู้จัก {unknown}", f"unknown: {unknown}")


def _read_share(reader: Reader) -> None:
    share = reader.raw["share"]
    if (
        not isinstance(share, list)
        or [type(one) for one in share] != [int, int]
        or not 1 <= share[0] <= share[1] <= _MOST_PARTS
    ):
        reader.refuse("share", "not_a_share", "ต้องเป็น [ส่วนที่, จำนวนส่วน]", "must be [part, of parts]")


def _read_opening(reader: Reader) -> None:
    reader.only("weekdays", "begins", "ends")
    days = reader.raw.get("weekdays")
    if not isinstance(days, list) or not days or not all(day in _WEEKDAYS for day in days):
        reader.refuse(
            "weekdays", "not_weekdays", "ต้องเป็นวัน 1 (จันทร์) ถึง 7 (อาทิตย์)", "1 (Monday) to 7 (Sunday)"
        )
    begins, ends = (_hour(reader, name) for name in ("begins", "ends"))
    if begins is not None and ends is not None and ends != time(0) and ends <= begins:
        reader.refuse("ends", "before_begin", "ต้องหลังเวลาเริ่ม", "must be after the beginning")


def _hour(reader: Reader, name: str) -> time | None:
    try:
        return time.fromisoformat(reader.raw.get(name, "00:00"))
    except (ValueError, TypeError):
        reader.refuse(name, "not_an_hour", "ต้องเป็นเวลา เช่น 08:30", "must be a time such as 08:30")
        return None


def _whole_number(reader: Reader, name: str, *, most: int) -> None:
    value = reader.raw.get(name)
    if type(value) is not int or not 1 <= value <= most:
        reader.refuse(
            name,
            "not_a_count",
            f"ต้องเป็นจำนวนเต็ม 1 ถึง {most:,}",
            f"must be a whole number from 1 to {most:,}",
        )


def _group(told: Mapping[str, Any]) -> StagedGroup:
    share = told.get("share")
    return StagedGroup(
        name_th=told["name_th"],
        name_en=told["name_en"],
        kinds=frozenset(told.get("kinds") or ()),
        provinces=frozenset(told.get("provinces") or ()),
        share=(share[0], share[1]) if share else None,
        openings=tuple(
            Opening(
                weekdays=frozenset(one["weekdays"]),
                begins=time.fromisoformat(one.get("begins", "00:00")),
                ends=time.fromisoformat(one.get("ends", "00:00")),
            )
            for one in told["openings"]
        ),
    )
