"""Which state of a body lets what in, in what words, and which state may follow which. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounting.errors import Refusal

EARLIER = "earlier"
MESSAGE_MAX = 300  # characters; the columns' own limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Lets:
    """What a state lets in, and what is said to what it keeps out.

    Attributes:
        read: pages, reports, exports.
        write: whatever changes the books.
        imports: the import of data from elsewhere, and nothing else that changes the books.
        may_end: a time may be set at which the body is open again by itself.
        is_settable: an operator may choose it.
        is_passing: it will be over soon; what is kept out is told to come again.
    """

    read: bool = False
    write: bool = False
    imports: bool = False
    may_end: bool = False
    is_settable: bool = False
    is_passing: bool = False
    message_th: str
    message_en: str


STATES: dict[str, Lets] = {
    "open": Lets(
        read=True,
        write=True,
        imports=True,
        is_settable=True,
        message_th="เปิดใช้งาน",
        message_en="The books are open.",
    ),
    "read_only": Lets(
        read=True,
        may_end=True,
        is_settable=True,
        message_th="ขณะนี้อ่านได้อย่างเดียว บันทึกรายการใหม่ไม่ได้",
        message_en="The books can be read and not written now.",
    ),
    "import_only": Lets(
        read=True,
        imports=True,
        may_end=True,
        is_settable=True,
        message_th="ขณะนี้รับเฉพาะการนำเข้าข้อมูล บันทึกรายการอื่นไม่ได้",
        message_en="Only the import of data may write into the books now.",
    ),
    "maintenance": Lets(
        may_end=True,
        is_settable=True,
        is_passing=True,
        message_th="อยู่ระหว่างปรับปรุง ข้อมูลที่บันทึกแล้วยังอยู่ครบ",
        message_en="The books are closed for maintenance. What was recorded is safe.",
    ),
    "suspended": Lets(
        may_end=True,
        is_settable=True,
        message_th="หน่วยงานนี้ถูกระงับการใช้งาน ข้อมูลที่บันทึกแล้วยังอยู่ครบ",
        message_en="The body is suspended. What was recorded is safe.",
    ),
    "archived": Lets(
        read=True,
        is_settable=True,
        message_th="สมุดบัญชีของหน่วยงานนี้เก็บถาวรแล้ว อ่านได้อย่างเดียว",
        message_en="The body's books are archived: they can be read for good.",
    ),
    # The last moment of a move or of a new generation: seconds.
    "moving": Lets(
        read=True,
        is_passing=True,
        message_th="กำลังย้ายสมุดบัญชี บันทึกได้อีกครั้งในไม่กี่วินาที",
        message_en="The books are being moved: send it again in a few seconds.",
    ),
    # Books of an earlier generation, whatever the state of the body that lets them be read.
    EARLIER: Lets(
        read=True,
        message_th="เป็นสมุดรุ่นก่อน อ่านได้อย่างเดียว",
        message_en="These are books of an earlier generation: they can only be read.",
    ),
    "provisioning": Lets(
        is_passing=True,
        message_th="กำลังสร้างสมุดบัญชี",
        message_en="The books are being made.",
    ),
}
NOTHING = Lets(message_th="สมุดบัญชียังไม่พร้อมใช้งาน", message_en="The books cannot be used.")
MAY_END = tuple(state for state, lets in STATES.items() if lets.may_end)
SETTABLE = tuple(state for state, lets in STATES.items() if lets.is_settable)


def lets(state: str) -> Lets:
    """Return what a state lets in; a state of a later release lets nothing in."""
    return STATES.get(state, NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """A state that an operator asks for, with the words that officers will read."""

    state: str
    message_th: str = ""
    message_en: str = ""
    until: datetime | None = None

    def __str__(self) -> str:
        return self.state


def change_refusals(
    asked: StateChange, *, before: str, has_successor: bool, now: datetime
) -> Iterator[Refusal]:
    """Yield every reason why a body may not change from one state to another."""
    if asked.state not in SETTABLE:
        listed = ", ".join(SETTABLE)
        yield refusal(
            "unknown_state", f"สถานะต้องเป็น {listed}", f"the state must be one of {listed}"
        )
    if before not in SETTABLE:
        yield refusal(
            "state_is_not_free",
            f"หน่วยงานอยู่ในสถานะ {before} เปลี่ยนไม่ได้จนกว่าจะเสร็จ",
            f"the body is {before}: that must be finished first",
        )
    if has_successor and asked.state != "archived":
        yield refusal(
            "body_has_successor",
            "หน่วยงานนี้มีหน่วยงานอื่นรับช่วงแล้ว เปิดอีกไม่ได้",
            "another body has succeeded it: it stays archived",
        )
    yield from _word_refusals(asked)
    if asked.until is not None and not lets(asked.state).may_end:
        yield refusal(
            "state_has_no_end", f"สถานะ {asked.state} ไม่มีกำหนดสิ้นสุด", f"{asked.state} has no end"
        )
    if asked.until is not None and asked.until <= now:
        yield refusal("end_has_passed", "เวลาสิ้นสุดผ่านไปแล้ว", "the end has passed already")


def _word_refusals(asked: StateChange) -> Iterator[Refusal]:
    for language, name, text in (
        ("th", "ภาษาไทย", asked.message_th),
        ("en", "ภาษาอังกฤษ", asked.message_en),
    ):
        if asked.state != "open" and not text.strip():
            yield refusal(
                f"message_{language}_required",
                f"ต้องมีข้อความ{name}ให้เจ้าหน้าที่อ่าน",
                f"officers need a message to read ({language})",
            )
        if len(text) > MESSAGE_MAX:
            yield refusal(
                f"message_{language}_too_long",
                f"ข้อความ{name}ยาวเกิน {MESSAGE_MAX} ตัวอักษร",
                f"the message ({language}) has more than {MESSAGE_MAX} characters",
            )


def refusal(code: str, message_th: str, message_en: str) -> Refusal:
    """Return a reason found in the directory, which has no place in a request."""
    return Refusal(code=code, message_th=message_th, message_en=message_en, of_the_books=True)
