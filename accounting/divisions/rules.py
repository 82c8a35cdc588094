"""When a division may be opened, renamed, retired or restored. Pure: no ORM, no clock, no I/O."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from accounting.errors import Refusal

CODE = re.compile(r"[0-9]{2}")
# The chief administrator, the director of finance and the administrator.
KEEPERS = frozenset({"CLERK_LAO", "FIN_DIRECTOR", "LAO_ADMIN"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionFacts:
    """All that the decision depends on.

    Attributes:
        code_is_taken: by another division than the one that changes.
        name_is_taken: likewise; by an active one.
        is_retired: the division that changes is retired.
    """

    code: str
    code_is_taken: bool
    name_is_taken: bool
    is_retired: bool = False


def division_refusals(facts: DivisionFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse; none means open or rename."""
    if not CODE.fullmatch(facts.code):
        yield Refusal(
            code="bad_code",
            pointer="/code",
            message_th="รหัสกอง/สำนักต้องเป็นเลขสองหลัก",
            message_en="a division's code has two digits",
        )
    if facts.code_is_taken:
        yield _of_the_books(
            "code_taken", "/code", "มีกอง/สำนักรหัสนี้แล้ว", "there is a division of this code"
        )
    if facts.name_is_taken:
        yield _of_the_books(
            "name_taken", "/name_th", "มีกอง/สำนักชื่อนี้แล้ว", "there is a division of this name"
        )
    if facts.is_retired:
        yield _of_the_books("retired", "", "เลิกใช้แล้ว", "is retired")


def retiring_refusals(*, is_active: bool, restoring: bool) -> Iterator[Refusal]:
    """Yield the reason not to retire what is retired, or restore what is active."""
    if restoring and is_active:
        yield _of_the_books("active", "", "ใช้งานอยู่แล้ว", "is active already")
    if not restoring and not is_active:
        yield _of_the_books("retired", "", "เลิกใช้แล้ว", "is retired already")


def _of_the_books(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code,
        pointer=pointer,
        message_th=message_th,
        message_en=message_en,
        of_the_books=True,
    )
