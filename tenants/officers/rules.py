"""When an administrator of a body may invite, appoint or end officers. Pure: no ORM, no clock."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from accounting.errors import Refusal

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{2,79}")
NAME_MAX, ORDER_MAX = 200, 80
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
ADMIN_ROLE = "LAO_ADMIN"
# Who agrees to the budget of a local body, by its kind: the province's office for the governor, the
# district's for the district officer.
SUPERVISORS = {
    **dict.fromkeys(("PAO", "CITY", "TOWN", "TMUN", "SPEC"), "PROVINCE"),
    "SAO": "DISTRICT",
}
# All others held in a body prepare, check, approve or post what ends in the books.
_KEEPS_OUT_OF_THE_BOOKS = frozenset({ADMIN_ROLE, "INT_AUDIT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationFacts:
    """All that an invitation depends on."""

    username: str
    username_is_taken: bool
    name_th: str
    roles: Sequence[str]
    known_roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentFacts:
    """All that an appointment depends on.

    Attributes:
        officer_is_known: False too for officers of the centre, who may hold nothing in a body.
        overlaps: the officer holds the role in the body on some of the days already.
    """

    officer_is_known: bool
    is_oneself: bool
    role: str
    known_roles: frozenset[str]
    from_date: date
    to_date: date | None
    is_acting: bool
    order_no: str
    overlaps: bool


def invitation_refusals(facts: InvitationFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse; none means invite."""
    if not USERNAME.fullmatch(facts.username):
        yield Refusal(
            code="bad_username",
            pointer="/username",
            message_th="ชื่อผู้ใช้ต้องเป็น a-z 0-9 . _ @ - ยาว 3 ถึง 80 ตัว และขึ้นต้นด้วยตัวอักษรหรือตัวเลข",
            message_en="must be 3 to 80 of a-z 0-9 . _ @ - and begin with a letter or digit",
        )
    elif facts.username_is_taken:
        yield Refusal(
            code="username_taken",
            pointer="/username",
            message_th="มีผู้ใช้ชื่อนี้แล้ว",
            message_en="there is an officer of this user name already",
            of_the_books=True,
        )
    yield from _name_refusals(facts.name_th)
    if not facts.roles:
        yield _about("no_roles", "/roles", "ต้องมีอย่างน้อยหนึ่งบทบาท", "at least one role is required")
    for place, role in enumerate(facts.roles):
        yield from _role_refusals(role, facts.known_roles, f"/roles/{place}")
        if role in facts.roles[:place]:
            yield _about("role_twice", f"/roles/{place}", "ระบุบทบาทซ้ำ", "stands here twice")


def appointment_refusals(facts: AppointmentFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse; none means appoint."""
    if not facts.officer_is_known:
        yield _about("unknown_officer", "/username", "ไม่มีเจ้าหน้าที่คนนี้", "there is no such officer")
    yield from _role_refusals(facts.role, facts.known_roles, "/role")
    if facts.is_oneself and facts.role not in _KEEPS_OUT_OF_THE_BOOKS:
        yield _about(
            "own_appointment",
            "/username",
            "ผู้ดูแลระบบแต่งตั้งตนเองให้ทำรายการในบัญชีไม่ได้",
            "an administrator may not appoint themself to work in the books",
        )
    if facts.to_date is not None and facts.to_date < facts.from_date:
        yield _about(
            "ends_before_it_begins",
            "/to_date",
            "วันสิ้นสุดอยู่ก่อนวันเริ่ม",
            "the last day is before the first",
        )
    yield from _order_refusals(facts.order_no, is_acting=facts.is_acting)
    if facts.overlaps:
        yield Refusal(
            code="overlaps",
            pointer="/role",
            message_th="ดำรงบทบาทนี้อยู่แล้วในช่วงวันดังกล่าว",
            message_en="holds this role on some of these days already",
            of_the_books=True,
        )


def _name_refusals(name_th: str) -> Iterator[Refusal]:
    if not name_th.strip():
        yield _about("required", "/name_th", "ต้องระบุชื่อ", "a name is required")
    if len(name_th) > NAME_MAX or _CONTROL.search(name_th):
        yield _about(
            "bad_name",
            "/name_th",
            f"ชื่อยาวเกิน {NAME_MAX} ตัวอักษร หรือมีอักขระควบคุม",
            f"is longer than {NAME_MAX} characters or has control characters",
        )


def _role_refusals(role: str, known: frozenset[str], pointer: str) -> Iterator[Refusal]:
    if role not in known:
        yield _about(
            "unknown_role", pointer, "ไม่มีบทบาทนี้ใน อปท.", "is no role that a body's officers hold"
        )


def _order_refusals(order_no: str, *, is_acting: bool) -> Iterator[Refusal]:
    if is_acting and not order_no.strip():
        yield _about(
            "order_required",
            "/order_no",
            "รักษาราชการแทนต้องมีเลขที่คำสั่ง",
            "an acting appointment needs its order's number",
        )
    if len(order_no) > ORDER_MAX or _CONTROL.search(order_no):
        yield _about(
            "bad_order",
            "/order_no",
            f"เลขที่คำสั่งยาวเกิน {ORDER_MAX} ตัวอักษร หรือมีอักขระควบคุม",
            f"is longer than {ORDER_MAX} characters or has control characters",
        )


def _about(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(code=code, pointer=pointer, message_th=message_th, message_en=message_en)


def _by_the_facts(code: str, message_th: str, message_en: str, pointer: str = "") -> Refusal:
    return Refusal(
        code=code,
        pointer=pointer,
        message_th=message_th,
        message_en=message_en,
        of_the_books=True,
    )


LEFT = _by_the_facts("officer_left", "พ้นจากหน้าที่ที่นี่แล้ว", "holds no appointment here any more")
ENDED = _by_the_facts("ended_already", "การแต่งตั้งนี้สิ้นสุดแล้ว", "the appointment has ended")
BAD_LAST_DAY = _by_the_facts(
    "bad_last_day",
    "วันสุดท้ายต้องไม่ก่อนวันนี้หรือวันเริ่ม และไม่หลังวันสิ้นสุดเดิม",
    "the last day may not be past, before the first, or after the end it has",
    "/to_date",
)
LAST_ADMINISTRATOR = _by_the_facts(
    "last_administrator",
    "ต้องมีผู้ดูแลระบบเหลืออย่างน้อยหนึ่งคน",
    "somebody must be left to administer the body",
)
OWN_SECOND_STEP = _by_the_facts(
    "own_second_step",
    "ยกเลิกการยืนยันสองขั้นของตนเองที่นี่ไม่ได้ ให้ทำที่หน้าความปลอดภัยของตน หรือให้ผู้ดูแลระบบคนอื่นทำให้",
    "nobody takes their own second step away here: use your security page or ask another one",
    "/lost_phone",
)
SERVES_ELSEWHERE = _by_the_facts(
    "serves_elsewhere",
    "ปฏิบัติงานที่อื่นด้วย ให้ผู้ดูแลแพลตฟอร์มตั้งรหัสผ่านใหม่",
    "serves elsewhere too: an operator makes the link",
)
