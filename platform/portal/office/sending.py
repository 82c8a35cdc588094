"""Forms that change something take effect once, however often and from wherever they are sent."""

import time
import uuid
from collections.abc import Callable

from django.db import IntegrityError
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop

from accounting import answers
from portal.doors import Visit, words_of_closed
from tenants.backend.errors import PoolExhausted, ServerAway
from tenants.lifecycle.rules import lets
from tenants.transactions import BodyClosed, tenant_transaction

SEE_OTHER = 303
_TRIES, _WAIT_SECONDS = 10, 0.2  # a posting takes a few milliseconds; its twin soon knows

# Why a form that is right had no effect now. What was typed stays.
_NOT_NOW: dict[type[Exception], tuple[int, str]] = {
    answers.KeyReused: (
        409,
        gettext_noop("ฟอร์มนี้บันทึกไปแล้วครั้งหนึ่ง หากต้องการบันทึกสิ่งที่เห็นนี้เป็นรายการใหม่ ให้กดบันทึกอีกครั้ง"),
    ),
    answers.StillInProgress: (
        409,
        gettext_noop("กำลังบันทึกรายการนี้อยู่ รอสักครู่แล้วกดบันทึกอีกครั้ง รายการจะไม่ซ้ำ"),
    ),
    PoolExhausted: (
        503,
        gettext_noop("ขณะนี้มีผู้ใช้มาก ข้อมูลที่พิมพ์ยังอยู่ รอสักครู่แล้วกดบันทึกอีกครั้ง"),
    ),
    ServerAway: (
        503,
        gettext_noop("เครื่องแม่ข่ายไม่ตอบสนองชั่วคราว ข้อมูลที่พิมพ์ยังอยู่ รอสักครู่แล้วกดบันทึกอีกครั้ง"),
    ),
}
_STILL_HERE = gettext_noop("ข้อมูลที่พิมพ์ยังอยู่")
NOT_NOW: tuple[type[Exception], ...] = (*_NOT_NOW, BodyClosed)


def notice_of(reason: Exception) -> tuple[int, str]:
    """Return the status and the words for one of NOT_NOW, in the officer's language.

    A state of the body has words of its own. It is 503 when it will be over soon and 409 when a
    person must change it, as the API says.
    """
    if isinstance(reason, BodyClosed):
        status = 503 if lets(reason.state).is_passing else 409
        return status, f"{words_of_closed(reason)} {gettext(_STILL_HERE)}"
    status, words = _NOT_NOW[type(reason)]
    return status, gettext(words)


def new_key() -> str:
    """Return the key of a form that is shown anew."""
    return str(uuid.uuid4())


def key_of(request: HttpRequest) -> str:
    """Return the key that a posted form carries; one that is none of ours is replaced."""
    try:
        return str(uuid.UUID(request.POST.get("key", "")))
    except ValueError:
        return new_key()


def send_once(visit: Visit, request: answers.Request, work: Callable[[], str]) -> str:
    """Do the work in a transaction of the body, or find what it answered before.

    Of two requests with one key the second waits for the first one's answer: it is told "in
    progress" while the first runs, and meets the first one's row when both reach COMMIT.
    """
    for _try in range(_TRIES - 1):
        try:
            return _send_once(visit, request, work)
        except (answers.StillInProgress, IntegrityError):
            time.sleep(_WAIT_SECONDS)
    return _send_once(visit, request, work)


def _send_once(visit: Visit, request: answers.Request, work: Callable[[], str]) -> str:
    with tenant_transaction(visit.body):
        if answer := answers.claim(request):
            return answer.text
        text = work()
        answers.remember(request, answers.Answer(status=SEE_OTHER, text=text))
    return text
