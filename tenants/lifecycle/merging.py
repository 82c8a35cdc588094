"""Bodies that become another kind, or part of another body.

An อบต. that becomes a เทศบาล keeps its books when it keeps its code: its kind is dated. When it
gets another code it is another body in law and in its books: the old one is absorbed by the new.

Nothing is posted for anybody. The absorbed body's books stay as they are, to be read by whoever
works in its successor; the successor's officers post the opening entries themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db import transaction
from django.utils import timezone

from accounting.errors import Refusal
from tenants.directory.models import Body
from tenants.lifecycle import recording, states
from tenants.lifecycle.models import BodyKind, Succession, What
from tenants.lifecycle.recording import UnableToChangeBody
from tenants.lifecycle.rules import SETTABLE, StateChange, refusal
from tenants.moving import begun
from tenants.officers.models import Appointment

LOCAL_KINDS = ("PAO", "CITY", "TOWN", "TMUN", "SAO", "SPEC")
Handling = Literal["keep", "end", "carry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merger changed besides the two bodies."""

    units: tuple[str, ...]
    appointments_ended: int
    appointments_carried: int


def change_kind(
    *,
    code: str,
    kind: str,
    name_th: str,
    full_name_th: str,
    from_date: date,
    reason: str,
    changed_by: str,
    now: datetime,
) -> None:
    """Make a body one of another kind from a day on; its code and its books stay.

    Raises:
        UnableToChangeBody: at least one rule refuses.
    """
    with recording.alone_with(code), transaction.atomic():
        body = recording.locked_body(code)
        refusals = [
            *_kind_refusals(body, kind=kind, from_date=from_date, now=now),
            *_name_refusals(name_th, full_name_th),
            *recording.reason_refusals(reason),
        ]
        if refusals:
            raise UnableToChangeBody(refusals)
        BodyKind.objects.get_or_create(
            body=body,
            from_date=None,
            defaults={
                "kind": body.kind,
                "name_th": body.name_th,
                "full_name_th": body.full_name_th,
            },
        )
        was = {"kind": kind, "name_th": name_th, "full_name_th": full_name_th}
        BodyKind.objects.create(body=body, from_date=from_date, **was)
        before = f"{body.kind} {body.full_name_th}"[:120]
        Body.objects.filter(pk=body.pk).update(**was)
        recording.record(
            body,
            what=What.KIND,
            before=before,
            after=f"{kind} {full_name_th}"[:120],
            reason=reason,
            changed_by=changed_by,
            now=now,
        )


def merge(
    *,
    code: str,
    into: str,
    from_date: date,
    appointments: Handling,
    reason: str,
    changed_by: str,
    now: datetime,
) -> Merged:
    """Let another body absorb one: it is archived, and names its successor for good.

    Args:
        code: the body that is absorbed; its units become its successor's and keep their codes.
        into: its successor, which has books.
        from_date: since when; today or earlier.
        appointments: of the absorbed body: ``keep`` them (its officers go on reading), ``end``
            them now, or ``carry`` them: end them here and make the same in the successor.
        reason: why, such as the announcement in the Royal Gazette.
        changed_by: who.
        now: the moment of the change.

    Raises:
        UnableToChangeBody: at least one rule refuses.
    """
    with recording.alone_with(code, into), transaction.atomic():
        # In one order, so that two operators never wait for each other.
        locked = {name: recording.locked_body(name) for name in sorted({code, into})}
        absorbed, successor = locked[code], locked[into]
        refusals = [
            *_merge_refusals(absorbed, successor, now=now),
            *_date_refusals(from_date, now),
            *recording.reason_refusals(reason),
        ]
        if refusals:
            raise UnableToChangeBody(refusals)
        Succession.objects.create(body=absorbed, successor=successor, from_date=from_date)
        _archive(absorbed, successor, reason=reason, changed_by=changed_by, now=now)
        units = _hand_units_over(absorbed, successor, reason=reason, changed_by=changed_by, now=now)
        ended, carried = _handle(appointments, absorbed, successor, now=now)
    return Merged(units=units, appointments_ended=ended, appointments_carried=carried)


def _archive(
    absorbed: Body, successor: Body, *, reason: str, changed_by: str, now: datetime
) -> None:
    archived = StateChange(
        state="archived",
        message_th=f"รวมเข้ากับ {successor.full_name_th} ({successor.code}) แล้ว"[:300],
        message_en=f"Merged into body {successor.code}.",
    )
    before = states.state_of(absorbed, now=now)
    states.set_state(absorbed, archived)
    told: tuple[tuple[Body, str, str, object], ...] = (
        (absorbed, What.STATE, before, archived),
        (absorbed, What.MERGED, "", successor.code),
        (successor, What.ABSORBED, "", absorbed.code),
    )
    for body, what, was, after in told:
        recording.record(
            body,
            what=what,
            before=was,
            after=after,
            reason=reason,
            changed_by=changed_by,
            now=now,
        )


def _hand_units_over(
    absorbed: Body, successor: Body, *, reason: str, changed_by: str, now: datetime
) -> tuple[str, ...]:
    units = list(absorbed.units.order_by("code").select_for_update(of=("self",)))
    for unit in units:
        Body.objects.filter(pk=unit.pk).update(parent=successor)
        recording.record(
            unit,
            what=What.PARENT,
            before=absorbed.code,
            after=successor.code,
            reason=reason,
            changed_by=changed_by,
            now=now,
        )
    return tuple(unit.code for unit in units)


def _handle(
    handling: Handling, absorbed: Body, successor: Body, *, now: datetime
) -> tuple[int, int]:
    """Do with the absorbed body's appointments what was asked; return how many ended and new."""
    if handling == "keep":
        return 0, 0
    today = timezone.localdate(now)
    held = [
        appointment
        for appointment in Appointment.objects.filter(body=absorbed, ended_at=None)
        if appointment.to_date is None or appointment.to_date >= today
    ]
    carried = 0
    if handling == "carry":
        there = set(
            Appointment.objects.filter(body=successor, ended_at=None).values_list(
                "officer_id", "role"
            )
        )
        carried = len(
            Appointment.objects.bulk_create(
                _carried(one, successor, today=today, now=now)
                for one in held
                if (one.officer_id, one.role) not in there
            )
        )
    ended = Appointment.objects.filter(pk__in=[one.pk for one in held]).update(ended_at=now)
    return ended, carried


def _carried(held: Appointment, successor: Body, *, today: date, now: datetime) -> Appointment:
    return Appointment(
        officer_id=held.officer_id,
        role=held.role,
        body=successor,
        is_acting=held.is_acting,
        order_no=held.order_no,
        from_date=max(today, held.from_date),
        to_date=held.to_date,
        created_at=now,
    )


def _merge_refusals(absorbed: Body, successor: Body, *, now: datetime) -> Iterator[Refusal]:
    if absorbed.pk == successor.pk:
        yield refusal("same_body", "รวมเข้ากับตนเองไม่ได้", "a body cannot absorb itself")
    for body in {absorbed.pk: absorbed, successor.pk: successor}.values():
        state = states.state_of(body, now=now)
        if begun.live_place(body) is None:
            yield refusal("no_books", f"{body.code} ยังไม่มีสมุดบัญชี", f"{body.code} has no books yet")
        elif state == "archived":
            yield refusal("body_is_archived", f"{body.code} เก็บถาวรแล้ว", f"{body.code} is archived")
        elif state not in SETTABLE or begun.unfinished(body.code) is not None:
            yield begun.unfinished_refusal(body.code)
    if absorbed.pk != successor.pk and successor.parent_id == absorbed.pk:
        yield refusal(
            "successor_is_a_unit",
            f"{successor.code} เป็นหน่วยงานภายใต้สังกัดของ {absorbed.code}",
            f"{successor.code} is a unit of {absorbed.code}",
        )


def _kind_refusals(body: Body, *, kind: str, from_date: date, now: datetime) -> Iterator[Refusal]:
    if body.parent_id is not None:
        yield refusal(
            "unit_has_no_such_kind",
            "หน่วยงานภายใต้สังกัดเปลี่ยนประเภทแบบนี้ไม่ได้",
            "a unit does not become a local body",
        )
    if kind not in LOCAL_KINDS:
        listed = ", ".join(LOCAL_KINDS)
        yield refusal("unknown_kind", f"ประเภทต้องเป็น {listed}", f"the kind must be one of {listed}")
    if kind == body.kind:
        yield refusal("same_kind", f"เป็น {kind} อยู่แล้ว", f"it is {kind} already")
    if body.state == "archived":
        yield refusal("body_is_archived", f"{body.code} เก็บถาวรแล้ว", f"{body.code} is archived")
    yield from _date_refusals(from_date, now)
    latest = body.kinds.exclude(from_date=None).order_by("-from_date").first()
    if latest is not None and latest.from_date >= from_date:
        yield refusal(
            "kind_is_dated_later",
            f"เป็น {latest.kind} ตั้งแต่ {latest.from_date} แล้ว",
            f"it is {latest.kind} since {latest.from_date}",
        )


def _date_refusals(from_date: date, now: datetime) -> Iterator[Refusal]:
    if from_date > timezone.localdate(now):
        yield refusal(
            "day_has_not_come",
            "ยังไม่ถึงวันที่มีผล ให้สั่งในวันนั้น",
            "the day has not come: run the command on that day",
        )


def _name_refusals(name_th: str, full_name_th: str) -> Iterator[Refusal]:
    for text, most in ((name_th, 200), (full_name_th, 250)):
        if not text.strip() or len(text) > most:
            yield refusal(
                "name_required",
                f"ต้องมีชื่อ ยาวไม่เกิน {most} ตัวอักษร",
                f"a name of at most {most} characters is required",
            )
