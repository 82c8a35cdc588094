"""When the centre may ask a body, when the body may answer, and when a thread ends. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from accounting.errors import Refusal
from tenants.oversight.rules import TEXT_MAX, TITLE_MAX, text_refusals

ASK, ANSWER, CLOSE = "ask", "answer", "close"
STATES = {ASK: "open", ANSWER: "answered", CLOSE: "closed"}
# Who speaks for a body: what they say binds it.
ANSWERERS = frozenset({"FIN_DIRECTOR", "CLERK_LAO", "EXECUTIVE"})
MOST_STEPS, LONGEST_DAYS, REFERENCE_MAX = 100, 366, 40
DOCUMENT = re.compile(r"[A-Z]{1,8}-[0-9]{5,9}/[0-9]{2}")
ACCOUNT = re.compile(r"[0-9]{10}\.[0-9]{3}(\.[0-9]{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFacts:
    """All that a question depends on.

    Attributes:
        office_is_held: the officer holds the office in whose name they ask.
        body_is_in_area: the body exists, and is in the area of that office.
        reference: a document's number or an account; empty: of none.
        today: in Bangkok.
    """

    office_is_held: bool
    body_is_in_area: bool
    subject: str
    text: str
    reference: str
    due_date: date
    today: date


def question_refusals(facts: QuestionFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse; none means ask."""
    if not facts.office_is_held:
        yield _about("unknown_office", "/office", "ไม่ได้ดำรงตำแหน่งนี้", "is no office that you hold")
    if not facts.body_is_in_area:
        yield _about("not_in_area", "/body", "ไม่มีในพื้นที่ที่กำกับดูแล", "is not in the office's area")
    yield from text_refusals(facts.subject, "/subject", TITLE_MAX, one_line=True)
    yield from text_refusals(facts.text, "/text", TEXT_MAX)
    if facts.reference and not (
        DOCUMENT.fullmatch(facts.reference) or ACCOUNT.fullmatch(facts.reference)
    ):
        yield _about(
            "bad_reference",
            "/reference",
            "ต้องเป็นเลขที่เอกสาร เช่น JV-00001/70 หรือรหัสบัญชี เช่น 1101010101.001",
            "must be a document's number such as JV-00001/70, or an account",
        )
    yield from due_refusals(facts.due_date, facts.today)


def due_refusals(due_date: date, today: date) -> Iterator[Refusal]:
    """Yield why a question cannot be due on a day."""
    if due_date < today:
        yield _about("already_over", "/due_date", "วันครบกำหนดผ่านไปแล้ว", "the day is past")
    elif (due_date - today).days >= LONGEST_DAYS:
        yield _about(
            "too_long_to_answer",
            "/due_date",
            f"ให้เวลาตอบได้ไม่เกิน {LONGEST_DAYS} วัน",
            f"gives more than {LONGEST_DAYS} days",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """All that the next step of a thread depends on.

    Attributes:
        act: ask again, answer or close.
        is_of_own_office: of the office that asked; a body's answer has no office.
        last_act: the step before.
        steps: how many there are.
        due_date: of a question asked again.
    """

    act: str
    is_of_own_office: bool
    last_act: str
    steps: int
    text: str
    today: date
    due_date: date | None = None


def step_refusals(facts: StepFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse; none means write the step."""
    if facts.act != ANSWER and not facts.is_of_own_office:
        yield _now(
            "another_office",
            "เฉพาะหน่วยงานที่ถามเท่านั้น",
            "only the office that asked may do this",
        )
    if facts.last_act == CLOSE:
        yield _now("closed", "เรื่องนี้ยุติแล้ว", "the thread has been closed")
    if facts.steps >= MOST_STEPS and facts.act != CLOSE:
        yield _now(
            "too_many_steps",
            "ถามตอบเรื่องนี้ครบจำนวนแล้ว ให้ถามเป็นเรื่องใหม่",
            "ask anew: the thread is full",
        )
    yield from text_refusals(facts.text, "/text", TEXT_MAX)
    if facts.due_date is not None:
        yield from due_refusals(facts.due_date, facts.today)


def _about(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(code=code, pointer=pointer, message_th=message_th, message_en=message_en)


def _now(code: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(code=code, message_th=message_th, message_en=message_en, of_the_books=True)


MOVED_ON = _now(
    "moved_on", "มีผู้ถามหรือตอบเรื่องนี้ก่อนแล้ว ให้อ่านใหม่", "somebody was first: read the thread again"
)
