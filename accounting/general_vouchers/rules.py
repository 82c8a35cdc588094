"""When a general voucher may take its next step. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator

from accounting.errors import Refusal

# state: action -> (the state it leads to, roles of roles.csv that may take it)
STEPS: dict[str, dict[str, tuple[str, frozenset[str]]]] = {
    "draft": {
        "change": ("draft", frozenset({"ACCOUNTANT"})),
        "check": ("checked", frozenset({"FIN_DIRECTOR", "ACCOUNTANT"})),
        "cancel": ("cancelled", frozenset({"ACCOUNTANT", "FIN_DIRECTOR"})),
    },
    "checked": {
        "post": ("posted", frozenset({"ACCOUNTANT"})),
        "return": ("draft", frozenset({"ACCOUNTANT", "FIN_DIRECTOR"})),
        "cancel": ("cancelled", frozenset({"ACCOUNTANT", "FIN_DIRECTOR"})),
    },
    "posted": {},
    "cancelled": {},
}


def step_refusals(
    *, state: str, action: str, roles: frozenset[str], is_own: bool
) -> Iterator[Refusal]:
    """Yield every reason why an officer may not take a step now; none means take it.

    Rule: whoever prepares does not check (separation of duties, MOI-MONEY-2566).
    """
    step = STEPS[state].get(action)
    if step is None:
        yield _refusal(
            "wrong_step",
            f"เอกสารอยู่ในสถานะ {state} ทำขั้นตอนนี้ไม่ได้",
            f"a voucher that is {state} cannot take the step {action}",
        )
        return
    if not roles & step[1]:
        yield _refusal(
            "role_lacks_step",
            f"ต้องเป็น {' หรือ '.join(sorted(step[1]))}",
            f"only {' or '.join(sorted(step[1]))} may do this",
        )
    if action == "check" and is_own:
        yield _refusal(
            "own_voucher",
            "ผู้จัดทำตรวจใบผ่านรายการของตนเองไม่ได้",
            "whoever prepared a voucher may not check it",
        )


def next_steps(state: str) -> list[dict[str, object]]:
    """Return who may do what now."""
    return [
        {"action": action, "roles": sorted(roles)} for action, (_, roles) in STEPS[state].items()
    ]


def _refusal(code: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code, message_th=message_th, message_en=message_en, of_the_books=True, rule="GV-STEP"
    )
