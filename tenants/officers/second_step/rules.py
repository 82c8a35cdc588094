"""When something may be enrolled. Pure: no ORM, no clock."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from accounting.errors import Refusal

PASSKEYS_MAX = 10
PASSKEY_NAME_MAX = 60
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyFacts:
    """All that enrolling a passkey depends on.

    Attributes:
        is_genuine: the browser's answer holds what we asked it to sign, signed by a verified user.
        is_known: some officer enrolled this key already.
    """

    name: str
    names_taken: frozenset[str]
    count: int
    is_genuine: bool
    is_known: bool


def app_refusals(*, is_enrolled: bool) -> Iterator[Refusal]:
    """Yield every reason not to begin with an authenticator app; none means begin."""
    if is_enrolled:
        yield _about(
            "app_enrolled_already",
            "",
            "มีแอปยืนยันตัวตนอยู่แล้ว ให้ยกเลิกแอปเดิมก่อน",
            "there is an authenticator app already; remove it first",
        )


def passkey_refusals(facts: PasskeyFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse a passkey; none means enrol."""
    if not facts.name:
        yield _about("required", "/name", "ต้องตั้งชื่อพาสคีย์", "a name is required")
    if len(facts.name) > PASSKEY_NAME_MAX or _CONTROL.search(facts.name):
        yield _about(
            "bad_name",
            "/name",
            f"ชื่อยาวเกิน {PASSKEY_NAME_MAX} ตัวอักษร หรือมีอักขระควบคุม",
            f"is longer than {PASSKEY_NAME_MAX} characters or has control characters",
        )
    if facts.name in facts.names_taken:
        yield _about("name_taken", "/name", "มีพาสคีย์ชื่อนี้แล้ว", "a passkey has this name already")
    if facts.count >= PASSKEYS_MAX:
        yield _about(
            "too_many_passkeys",
            "",
            f"มีพาสคีย์ได้ไม่เกิน {PASSKEYS_MAX} อัน ให้ลบอันที่ไม่ใช้ก่อน",
            f"at most {PASSKEYS_MAX} passkeys; remove one that is not used",
        )
    if not facts.is_genuine:
        yield _about(
            "passkey_not_verified",
            "",
            "ตรวจสอบพาสคีย์ไม่ผ่าน ลองเพิ่มอีกครั้ง",
            "the passkey could not be verified; try again",
        )
    if facts.is_known:
        yield _about("passkey_known", "", "พาสคีย์นี้เพิ่มไว้แล้ว", "this passkey is enrolled already")


def _about(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(code=code, pointer=pointer, message_th=message_th, message_en=message_en)


WRONG_CODE = _about(
    "wrong_code",
    "/code",
    "รหัสไม่ถูกต้องหรือใช้ไปแล้ว ดูรหัสใหม่ในแอปแล้วลองอีกครั้ง",
    "the code is wrong or was used; look for a new one in the app",
)
NOT_BEGUN = _about(
    "app_not_begun", "", "ยังไม่ได้เริ่มตั้งค่าแอป ให้เริ่มใหม่", "no authenticator app is being enrolled"
)
