"""An office asks a body, the body answers, the office asks again or closes: nothing is changed.

Each operation is one transaction of the control plane.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounting.errors import AccountingError, NotFound
from accounting.officers import POSITIONS
from tenants.oversight import question_rules as rules
from tenants.oversight.models import Question, QuestionStep
from tenants.oversight.offices import HELD, Office, as_facts
from tenants.oversight.questions import SEES
from tenants.rollups.kept import rows

_BODY = """
SELECT id, province_id, district_id FROM body WHERE code = %(body)s AND NOT is_training
"""
_THREAD = """
SELECT last.act, last.step_no, q.role, q.level, q.area, {more}
  FROM question q JOIN body b ON b.id = q.body_id
 CROSS JOIN LATERAL (SELECT s.act, s.step_no FROM question_step s WHERE s.question_id = q.id
                      ORDER BY s.step_no DESC LIMIT 1) AS last
 WHERE q.id = %(number)s AND {seen}
"""
_OF_THE_CENTRE = f"WITH {HELD.strip()} {_THREAD.format(seen=SEES.strip(), more='false')}"
# The body's books keep the answer to its request, in another database than the step: what was
# written before a crash is found by the request's id, and not written twice.
_OF_THE_BODY = _THREAD.format(
    seen="b.code = %(body)s",
    more="""EXISTS (SELECT FROM question_step s
                 WHERE s.question_id = q.id AND s.request_id = %(request_id)s)""",
)
# The number is the one after the step that was looked at: of two at once one finds it taken.
_WRITE = """
INSERT INTO question_step
       (question_id, step_no, act, text, due_date, officer_id, position_th, request_id, at)
VALUES (%(number)s, %(step_no)s, %(act)s, %(text)s, %(due_date)s, %(officer)s, %(position)s,
        %(request_id)s, %(now)s)
ON CONFLICT (question_id, step_no) DO NOTHING RETURNING true
"""


class QuestionNotFound(NotFound):
    """There is no such question, or it is not for whoever asks: the same answer to both."""


class UnableToAsk(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_ask"


class UnableToContinue(AccountingError):
    """The thread takes no such step; ``refusals`` lists all reasons."""

    code = "unable_to_continue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked, of which body, and by when it is to be answered, inclusive."""

    body_code: str
    subject: str
    text: str
    due_date: date
    reference: str = ""


def ask(
    *,
    offices: Sequence[Office],
    office_name: str | None,
    asked: Asked,
    officer_id: UUID,
    now: datetime,
) -> int:
    """Ask a body of an office's area something; return the question's number.

    Args:
        offices: those that the officer holds, the widest first; at least one.
        office_name: in whose name; None: the widest that has the body in its area.
        asked: what is asked, of whom.
        officer_id: who asks.
        now: when.

    Raises:
        UnableToAsk: at least one rule refuses.
    """
    named = [one for one in offices if office_name in {None, one.name}]
    found = rows(_BODY, {"body": asked.body_code})
    covering = [one for one in named for row in found if _covers(one, *row[1:])]
    facts = rules.QuestionFacts(
        office_is_held=bool(named),
        body_is_in_area=bool(covering),
        subject=asked.subject,
        text=asked.text,
        reference=asked.reference,
        due_date=asked.due_date,
        today=timezone.localdate(now),
    )
    if refusals := list(rules.question_refusals(facts)):
        raise UnableToAsk(refusals)
    return _begin(covering[0], found[0][0], asked, officer_id, now)


def _begin(office: Office, body_id: UUID, asked: Asked, officer_id: UUID, now: datetime) -> int:
    """Write a thread with its first step; return its number."""
    with transaction.atomic():
        question = Question.objects.create(
            role=office.role,
            level=office.level,
            area=office.area,
            body_id=body_id,
            subject=asked.subject.strip(),
            reference=asked.reference,
            asked_at=now,
        )
        QuestionStep.objects.create(
            question=question,
            step_no=1,
            act=rules.ASK,
            text=asked.text.strip(),
            due_date=asked.due_date,
            officer_id=officer_id,
            position_th=POSITIONS[office.role].th,
            at=now,
        )
    return question.id


def continue_thread(
    *,
    number: int,
    act: str,
    offices: Sequence[Office],
    text: str,
    due_date: date | None,
    officer_id: UUID,
    now: datetime,
) -> None:
    """Ask again, with a new day, or close the thread: the office that asked does either.

    Raises:
        QuestionNotFound: the officer sees no such question.
        UnableToContinue: it is another office's, closed, or the text cannot be shown.
    """
    found = rows(_OF_THE_CENTRE, {**as_facts(offices), "number": number})
    if not found:
        raise QuestionNotFound([])
    ((last_act, steps, role, level, area, _),) = found
    facts = rules.StepFacts(
        act=act,
        is_of_own_office=Office(role=role, level=level, area=area) in offices,
        last_act=last_act,
        steps=steps,
        text=text,
        today=timezone.localdate(now),
        due_date=due_date,
    )
    position = POSITIONS[role].th
    _write(facts, number=number, officer=officer_id, position=position, request_id=None, now=now)


def answer(
    *,
    body_code: str,
    number: int,
    text: str,
    officer_id: UUID,
    position_th: str,
    request_id: UUID,
    now: datetime,
) -> None:
    """Answer for a body, or add to its answer, until the office closes the thread.

    Args:
        body_code: the officer's body.
        number: of the question.
        text: what the body says.
        officer_id: who says it.
        position_th: in which position.
        request_id: of the request: one that was carried out has no second effect.
        now: when.

    Raises:
        QuestionNotFound: nobody asked this body that.
        UnableToContinue: the thread is closed, or the text cannot be shown.
    """
    asked = {"number": number, "body": body_code, "request_id": request_id}
    found = rows(_OF_THE_BODY, asked)
    if not found:
        raise QuestionNotFound([])
    last_act, steps, *_, is_done = found[0]
    if is_done:
        return
    facts = rules.StepFacts(
        act=rules.ANSWER,
        is_of_own_office=False,
        last_act=last_act,
        steps=steps,
        text=text,
        today=timezone.localdate(now),
    )
    _write(
        facts,
        number=number,
        officer=officer_id,
        position=position_th,
        request_id=request_id,
        now=now,
    )


def _write(facts: rules.StepFacts, **values: Any) -> None:
    if refusals := list(rules.step_refusals(facts)):
        raise UnableToContinue(refusals)
    written: Mapping[str, Any] = {
        **values,
        "step_no": facts.steps + 1,
        "act": facts.act,
        "text": facts.text.strip(),
        "due_date": facts.due_date,
    }
    if not rows(_WRITE, written):
        raise UnableToContinue([rules.MOVED_ON])


def _covers(office: Office, province: str, district: str | None) -> bool:
    return {"N": True, "P": office.area == province, "D": office.area == district}[office.level]
