"""What the proxy itself answers: as the API would (api/errors.py), or as a small page.

In HAProxy's log-format, in which ``%`` is written twice; in single quotes, which it has no way to
write inside. Nothing of the request stands in a page, so that nobody can put words in it.
"""

import json
from dataclasses import dataclass

_PATH, _ID = "{path}", "{id}"
_TELL = {_PATH: "%[path,json(utf8s)]", _ID: "%[var(txn.id),json(utf8s)]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer in both languages, in both shapes.

    Attributes:
        status: of HTTP.
        code: of the problem; those that the app knows too have its name there.
        title: of the problem, as the API has it.
        retry_after: a log-format of seconds; empty: it would not help.
    """

    status: int
    code: str
    title: str
    message_th: str
    message_en: str
    retry_after: str = ""

    @property
    def problem(self) -> str:
        """The problem document (RFC 9457), in log-format."""
        reason = {
            "code": self.code,
            "message_th": self.message_th,
            "message_en": self.message_en,
        }
        document = {
            "type": f"https://openlaas.th/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.message_en,
            "instance": _PATH,
            "trace_id": _ID,
            "retryable": bool(self.retry_after),
            "refusals": [reason],
        }
        text = _quotable(json.dumps(document, ensure_ascii=False))
        for mark, told in _TELL.items():
            text = text.replace(mark, told)
        return text

    @property
    def page(self) -> str:
        """The page, in log-format; it needs no style sheet, script or picture."""
        again = (
            '<p><a href="">ลองใหม่<span lang="en"> · Try again</span></a></p>'
            "<p>หากกำลังส่งแบบฟอร์ม ให้กดปุ่มย้อนกลับของเบราว์เซอร์ ข้อมูลที่กรอกไว้ยังอยู่"
            '<br><span lang="en">If you were sending a form, go back in your browser: what you'
            " typed is still there.</span></p>"
            if self.retry_after
            else ""
        )
        return _quotable(
            '<!doctype html><html lang="th"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>{self.message_th} – OpenLAAS</title>"
            "<style>body{font:1.1rem/1.6 sans-serif;max-width:34rem;margin:15vh auto;"
            "padding:0 1rem;color:#1b2733}[lang=en]{color:#4d5b68}</style>"
            f'<h1>OpenLAAS</h1><p>{self.message_th}</p><p lang="en">{self.message_en}</p>{again}'
        )


# A little chance in it: those who are sent away together do not come back together.
_SOON, _LATER, _MUCH_LATER = "%[rand(3),add(2)]", "%[rand(6),add(5)]", "%[rand(21),add(5)]"

BUSY = Answer(
    status=503,
    code="busy",
    title="Not available now",
    message_th="ขณะนี้มีผู้ใช้งานมาก ยังไม่มีการบันทึกใด ๆ โปรดลองใหม่ในอีกสักครู่",
    message_en="Too many are at work just now. Nothing was stored; try again in a moment.",
    retry_after=_MUCH_LATER,
)
UNKNOWN = Answer(
    status=502,
    code="outcome_unknown",
    title="No answer",
    message_th="ไม่ได้รับคำตอบจากระบบ รายการอาจบันทึกแล้วหรือยัง โปรดตรวจดูก่อน หรือส่งซ้ำด้วยคีย์เดิม",
    message_en=(
        "There was no answer, and it may have been stored or not. Look first, or send it again"
        " with the same Idempotency-Key: it is stored once."
    ),
    retry_after=_SOON,
)
LATE = Answer(
    status=504,
    code=UNKNOWN.code,
    title=UNKNOWN.title,
    message_th=UNKNOWN.message_th,
    message_en=UNKNOWN.message_en,
    retry_after=_LATER,
)
QUOTA = Answer(
    status=429,
    code="quota",
    title="Too many requests",
    message_th="หน่วยงานนี้ส่งคำขอมากเกินไปในเวลาเดียวกัน ยังไม่มีการบันทึกใด ๆ โปรดรอสักครู่แล้วลองใหม่",
    message_en="This body sends too many requests at once. Nothing was stored; wait a moment.",
    retry_after=_LATER,
)
ADDRESS_QUOTA = Answer(
    status=429,
    code="quota",
    title="Too many requests",
    message_th="มีคำขอจากเครือข่ายของท่านมากเกินไป ยังไม่มีการบันทึกใด ๆ โปรดรอสักครู่แล้วลองใหม่",
    message_en="Too many requests come from your network. Nothing was stored; wait a moment.",
    retry_after=_LATER,
)
TOO_LARGE = Answer(
    status=413,
    code="too_large",
    title="Too large",
    message_th="สิ่งที่ส่งมามีขนาดใหญ่เกินไป",
    message_en="What was sent is too large.",
)
NO_LENGTH = Answer(
    status=411,
    code="length_required",
    title="Length required",
    message_th="คำขอต้องบอกความยาว (Content-Length)",
    message_en="The request must tell its length (Content-Length).",
)
NOT_HERE = Answer(
    status=404,
    code="not_found",
    title="Not found",
    message_th="ไม่พบหน้านี้",
    message_en="There is no such page.",
)


def _quotable(text: str) -> str:
    assert "'" not in text  # these are our own words
    return text.replace("%", "%%")
