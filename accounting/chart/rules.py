"""When the body may open an account of its own. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounting.errors import Refusal

MOST_OWN_ACCOUNTS = 99  # two digits below each national account


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAccountFacts:
    """All that the decision depends on."""

    parent_is_known: bool
    parent_is_postable: bool
    parent_is_retired: bool
    own_accounts_below: int
    name_is_taken: bool


def sub_account_refusals(facts: SubAccountFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse; none means open.

    Rule: the national chart is the department's; a body details it below a postable account only,
    so that statements of all bodies stay comparable.
    """
    if not facts.parent_is_known:
        yield _about_parent("unknown_account", "ไม่มีรหัสบัญชีนี้ในผังบัญชี", "is not in the chart")
    elif not facts.parent_is_postable:
        yield _about_parent(
            "header_account",
            "เป็นบัญชีหมวด เปิดบัญชีย่อยได้ใต้บัญชีที่บันทึกรายการได้เท่านั้น",
            "is a header; own accounts are opened below postable ones",
        )
    elif facts.parent_is_retired:
        yield _about_parent("retired_account", "บัญชีนี้เลิกใช้แล้ว", "is retired")
    if facts.own_accounts_below >= MOST_OWN_ACCOUNTS:
        yield _about_parent(
            "too_many_accounts", "มีบัญชีย่อยครบ 99 บัญชีแล้ว", "has 99 accounts below it already"
        )
    if facts.name_is_taken:
        yield Refusal(
            code="name_taken",
            pointer="/name_th",
            message_th="มีบัญชีย่อยชื่อนี้ใต้บัญชีเดียวกันแล้ว",
            message_en="an account of this name is there already",
            of_the_books=True,
            rule="COA-OWN",
        )


def _about_parent(code: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code, pointer="/parent", message_th=message_th, message_en=message_en, rule="COA-OWN"
    )
