"""When the centre may announce something, and take it back. Pure: no ORM, no clock."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from accounting.errors import Refusal

TITLE_MAX, TEXT_MAX, REASON_MAX = 200, 4000, 300
MOST_NAMED = 1000
LONGEST_DAYS = 366
# Lines may end; nothing else that is not seen, nor what turns the direction of writing round.
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_WAYS = ("provinces", "districts", "bodies")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """To whom: all of the office's area, or what is named of it in one way; of some kinds, or all.

    Attributes:
        provinces: codes of provinces.
        districts: codes of districts.
        bodies: codes of bodies.
        kinds: of bodies; none: all.
    """

    provinces: Sequence[str] = ()
    districts: Sequence[str] = ()
    bodies: Sequence[str] = ()
    kinds: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is announced, and on which days, both inclusive."""

    title: str
    text: str
    from_date: date
    until_date: date
    is_urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementFacts:
    """All that an announcement depends on.

    Attributes:
        office_is_held: the officer holds the office in whose name it is announced.
        found: of what is addressed, what exists in the office's area, and the kinds there are.
        today: in Bangkok.
    """

    office_is_held: bool
    wording: Wording
    addressed: Addressed
    found: Addressed
    today: date


def announcement_refusals(facts: AnnouncementFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse; none means announce."""
    if not facts.office_is_held:
        yield _about("unknown_office", "/office", "ไม่ได้ดำรงตำแหน่งนี้", "is no office that you hold")
    yield from text_refusals(facts.wording.title, "/title", TITLE_MAX, one_line=True)
    yield from text_refusals(facts.wording.text, "/text", TEXT_MAX)
    yield from _day_refusals(facts.wording, facts.today)
    yield from _addressee_refusals(facts.addressed, facts.found)


def text_refusals(
    text: str, pointer: str, longest: int, *, one_line: bool = False
) -> Iterator[Refusal]:
    """Yield why a text may not be shown to others as it is.

    Args:
        text: as it was typed.
        pointer: to its field.
        longest: characters.
        one_line: it may have no ends of lines.
    """
    if not text.strip():
        yield _about("required", pointer, "ต้องระบุ", "is required")
    if len(text) > longest:
        yield _about(
            "too_long", pointer, f"ยาวเกิน {longest} ตัวอักษร", f"longer than {longest} characters"
        )
    if _UNSEEN.search(text) or (one_line and "\n" in text):
        yield _about("control_character", pointer, "มีอักขระควบคุมที่ใช้ไม่ได้", "has control characters")


def _day_refusals(wording: Wording, today: date) -> Iterator[Refusal]:
    if wording.until_date < wording.from_date:
        yield _about(
            "ends_before_it_begins",
            "/until_date",
            "วันสิ้นสุดอยู่ก่อนวันเริ่ม",
            "the last day is before the first",
        )
    elif (wording.until_date - wording.from_date).days >= LONGEST_DAYS:
        yield _about(
            "too_long_in_force",
            "/until_date",
            f"ประกาศได้ครั้งละไม่เกิน {LONGEST_DAYS} วัน",
            f"is in force for {LONGEST_DAYS} days at most",
        )
    if wording.until_date < today:
        yield _about("already_over", "/until_date", "วันสิ้นสุดผ่านไปแล้ว", "the last day is past")


def _addressee_refusals(addressed: Addressed, found: Addressed) -> Iterator[Refusal]:
    if sum(bool(getattr(addressed, way)) for way in _WAYS) > 1:
        yield _about(
            "several_ways",
            "/to",
            "เลือกได้อย่างเดียว: จังหวัด อำเภอ หรือหน่วยงาน",
            "name provinces, districts or bodies: one of the three",
        )
    for way in (*_WAYS, "kinds"):
        named, known = getattr(addressed, way), frozenset(getattr(found, way))
        for place, code in enumerate(named):
            pointer = f"/to/{way}/{place}"
            if code in named[:place]:
                yield _about("named_twice", pointer, "ระบุซ้ำ", "stands here twice")
            elif code not in known and way == "kinds":
                yield _about("unknown_kind", pointer, "ไม่มีประเภทนี้", "there is no such kind")
            elif code not in known:
                yield _about(
                    "not_in_area", pointer, "ไม่มีในพื้นที่ที่กำกับดูแล", "is not in the office's area"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalFacts:
    """All that a withdrawal depends on."""

    is_of_own_office: bool
    is_withdrawn: bool
    reason: str


def withdrawal_refusals(facts: WithdrawalFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse; none means withdraw."""
    if not facts.is_of_own_office:
        yield _now(
            "another_office",
            "ยกเลิกได้เฉพาะหน่วยงานที่ประกาศ",
            "only the office that announced it withdraws it",
        )
    if facts.is_withdrawn:
        yield WITHDRAWN
    yield from text_refusals(facts.reason, "/reason", REASON_MAX, one_line=True)


def _about(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(code=code, pointer=pointer, message_th=message_th, message_en=message_en)


def _now(code: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(code=code, message_th=message_th, message_en=message_en, of_the_books=True)


WITHDRAWN = _now("withdrawn", "ประกาศนี้ถูกยกเลิกแล้ว", "the announcement has been withdrawn")
