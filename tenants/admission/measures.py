"""Measures against overload (มาตรการ) that an operator sets, changes and removes live. Pure.

Each is a switch of its own, on the ladder of what is given up first, but for the staged groups:
whose officers may sign in on which days. What is asked of a process in a moment of need must be
answered without a question to anybody: everything here is decided by what the process knows.
"""

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from accounting.errors import Refusal

_LONGEST_SECONDS = 3600  # a Retry-After of more is a promise that nobody keeps
_WITHOUT_END_SECONDS = 60
_DAYS_OF_A_WEEK = 7


class What(StrEnum):
    """A measure, in the order of the ladder: what costs officers least comes first."""

    TYPEAHEAD = "typeahead"  # searches while typing find nothing; what is typed is taken as it is
    DASHBOARDS = "dashboards"  # the centre's answers are some minutes old, and asked for once
    REPORTS = "reports"  # no papers, workbooks and files
    IMPORTS = "imports"  # no bulk postings
    WAITING_ROOM = "waiting_room"  # who signs in waits for a place
    READ_ONLY = "read_only"  # groups of bodies take turns to be read alone
    CLOSED = "closed"  # one page for everything
    STAGED_GROUPS = "staged_groups"  # no rung: who signs in on which days


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Days of the week and hours of a day in Bangkok, ``ends`` no longer among them.

    Attributes:
        weekdays: 1 for Monday to 7 for Sunday.
        ends: midnight stands for the end of the day.
    """

    weekdays: frozenset[int]
    begins: time = time(0)
    ends: time = time(0)

    def on(self, day: datetime) -> tuple[datetime, datetime] | None:
        """Return when it begins and ends on the day of a moment; None when it is not one of its."""
        if day.isoweekday() not in self.weekdays:
            return None
        midnight = datetime.combine(day.date(), time(0), tzinfo=day.tzinfo)
        ends = datetime.combine(day.date(), self.ends, tzinfo=day.tzinfo)
        return (
            datetime.combine(day.date(), self.begins, tzinfo=day.tzinfo),
            midnight + timedelta(days=1) if self.ends == time(0) else ends,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyFacts:
    """What a group is told by."""

    code: str
    kind: str
    province: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedGroup:
    """Bodies whose officers sign in at certain times.

    Attributes:
        kinds: of body; empty for all.
        provinces: their codes; empty for all.
        share: ``(n, m)``: the bodies whose hash falls into part n of m, from 1; None for all.
    """

    name_th: str
    name_en: str
    openings: tuple[Opening, ...]
    kinds: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    share: tuple[int, int] | None = None

    def has(self, body: BodyFacts) -> bool:
        """Tell whether a body is in the group."""
        return (
            (not self.kinds or body.kind in self.kinds)
            and (not self.provinces or body.province in self.provinces)
            and (self.share is None or part_of(body.code, self.share[1]) == self.share[0])
        )

    def opens_at(self, now: datetime) -> datetime | None:
        """Return since or from when the group may sign in; not after ``now`` when it is open.

        Args:
            now: in Bangkok's time.

        Returns:
            None when it never opens.
        """
        days = (now + timedelta(days=number) for number in range(_DAYS_OF_A_WEEK + 1))
        found = (opening.on(day) for day in days for opening in self.openings)
        return min((begins for begins, ends in filter(None, found) if ends > now), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure that is in force.

    Attributes:
        until: when it ends by itself; None: when an operator ends it.
        words_th: why, as officers read it.
        settings: of ``WAITING_ROOM`` max_inside and inlet_per_minute, of ``READ_ONLY`` parts and
            minutes.
    """

    what: What
    until: datetime | None = None
    words_th: str = ""
    words_en: str = ""
    settings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything that is in force; nothing, mostly."""

    measures: Mapping[What, Measure] = field(default_factory=dict)
    groups: tuple[StagedGroup, ...] = ()

    def on(self, what: What, now: datetime) -> Measure | None:
        """Return the measure when it is in force."""
        measure = self.measures.get(what)
        return None if measure is None or (measure.until and measure.until <= now) else measure


NOTHING = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAway:
    """Why something is not answered now, and when to come again."""

    refusal: Refusal
    retry_seconds: int
    until: datetime | None = None


def part_of(code: str, parts: int) -> int:
    """Return which of so many parts of all bodies a body is in, from 1."""
    return zlib.crc32(code.encode()) % parts + 1


def sent_away(measure: Measure, *, now: datetime) -> SentAway:
    """Return what is said to who meets a measure."""
    words_th, words_en = _WORDS[measure.what]
    return SentAway(
        refusal=Refusal(
            code=measure.what.value,
            message_th=measure.words_th or words_th,
            message_en=measure.words_en or words_en,
        ),
        retry_seconds=seconds_until(measure.until, now=now),
        until=measure.until,
    )


def turn_of_reading(measure: Measure, code: str, *, now: datetime) -> Measure | None:
    """Return the measure as the body meets it, until its turn of being read alone is over.

    The parts take turns by the clock, so every process and every officer knows whose turn it is.
    """
    parts, minutes = measure.settings["parts"], measure.settings["minutes"]
    turn = int(now.timestamp() // (minutes * 60))
    if part_of(code, parts) != turn % parts + 1:
        return None
    ends = datetime.fromtimestamp((turn + 1) * minutes * 60, tz=now.tzinfo)
    return replace(measure, until=min(ends, measure.until) if measure.until else ends)


def staged(
    groups: Sequence[StagedGroup], bodies: Iterable[BodyFacts], *, now: datetime
) -> SentAway | None:
    """Return why an officer of the bodies may not sign in now; None when one of them is open.

    A body is in the first group that has it; who is in none, and who serves no body, may come at
    any time.

    Args:
        groups: in the order in which they are looked at.
        bodies: that the officer serves today.
        now: in Bangkok's time.
    """
    soonest: tuple[datetime | None, StagedGroup] | None = None
    for body in bodies:
        group = next((one for one in groups if one.has(body)), None)
        if group is None:
            return None
        opens = group.opens_at(now)
        if opens is not None and opens <= now:
            return None
        if soonest is None or _sooner(opens, soonest[0]):
            soonest = opens, group
    return None if soonest is None else _group_is_closed(*soonest, now=now)


def seconds_until(until: datetime | None, *, now: datetime) -> int:
    """Return the seconds of a Retry-After: a minute when nobody knows, an hour at most."""
    if until is None:
        return _WITHOUT_END_SECONDS
    return min(max(1, math.ceil((until - now).total_seconds())), _LONGEST_SECONDS)


def _sooner(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one < other)


def _group_is_closed(opens: datetime | None, group: StagedGroup, *, now: datetime) -> SentAway:
    th = f"เปิดให้เข้าใช้อีกครั้ง {opens:%d/%m/}{opens.year + 543} {opens:%H.%M} น." if opens else ""
    en = f"it opens next at {opens:%Y-%m-%d %H:%M}, Bangkok time" if opens else "it never opens"
    return SentAway(
        refusal=Refusal(
            code="group_closed",
            message_th=f"ขณะนี้ยังไม่ถึงเวลาเข้าใช้ของกลุ่ม {group.name_th} {th}".rstrip(),
            message_en=f"the group {group.name_en} may not sign in now; {en}",
        ),
        retry_seconds=seconds_until(opens, now=now),
        until=opens,
    )


# The others put nobody off with words of their own.
_WORDS: Mapping[What, tuple[str, str]] = {
    What.REPORTS: (
        "งดพิมพ์รายงานและเอกสารชั่วคราว เพื่อให้งานบันทึกทำได้ต่อเนื่อง",
        "Papers and workbooks are not made for now, so that posting can go on.",
    ),
    What.IMPORTS: (
        "งดนำเข้าข้อมูลจำนวนมากชั่วคราว เพื่อให้งานบันทึกทำได้ต่อเนื่อง ยังไม่มีการบันทึกใด ๆ",
        "Imports wait for now, so that posting can go on; nothing was stored.",
    ),
    What.READ_ONLY: (
        "ขณะนี้เป็นช่วงที่หน่วยงานของท่านอ่านข้อมูลได้อย่างเดียว ยังไม่มีการบันทึกใด ๆ",
        "It is your body's turn to be read alone; nothing was stored.",
    ),
    What.CLOSED: (
        "ปิดให้บริการชั่วคราว สิ่งที่บันทึกไว้แล้วยังอยู่ครบถ้วน",
        "The system is closed for now; everything that was stored is safe.",
    ),
}
