"""A ฎีกา that its year ends on lapses: refused with the way out, which gives the budget back."""

from datetime import date

import pytest

from accounting.disbursement.year_end import UNDER_WAY, notice

LAST, NEXT = "2027-09-30", "2027-10-01"  # of fiscal year 2570, and the day after
STEPS = ("request", "receive", "examine", "endorse", "approve")
ROLES = ("UNIT_HEAD", "FIN_OFFICER", "FIN_DIRECTOR", "CLERK_LAO", "EXECUTIVE")


@pytest.mark.parametrize("place", range(5), ids=STEPS)
def test_no_step_is_taken_when_the_year_is_over_and_the_budget_comes_back(office, place):
    line = office.line("12740.00")
    voucher = office.voucher(budget_line=line)
    if place:
        office.led_to(voucher, STEPS[place - 1], on=LAST)
    at = f"vouchers/{voucher['id']}"
    answer = office.post(f"{at}/{STEPS[place]}", {"on": NEXT}, ROLES[place])
    assert answer.status_code == 409, answer.content.decode()
    (told,) = answer.json()["refusals"]
    assert told["code"] == "voucher_lapsed"
    assert "คืนหน่วยงาน" in told["message_th"]
    assert "2563" in told["regulation"]
    why = {"on": NEXT, "note": "พ้นปีงบประมาณ"}
    if place:
        office.done(f"{at}/return", why, "FIN_DIRECTOR")
    assert office.done(f"{at}/cancel", why, "UNIT_HEAD")["state"] == "cancelled"
    assert office.columns(line)["available"] == "12740.00"


def test_what_the_executive_approves_on_the_last_day_is_approved(office):
    approved = office.led_to(office.voucher(budget_line=office.line()), "approve", on=LAST)
    assert approved["state"] == "approved"


@pytest.mark.parametrize(
    ("today", "state", "budget_year", "said"),
    [
        (date(2027, 8, 31), "examined", 2570, None),
        (date(2027, 9, 1), "examined", 2570, "30 กันยายน"),
        (date(2027, 9, 30), "draft", 2570, "30 กันยายน"),
        (date(2027, 10, 1), "examined", 2570, "พ้นปีแล้ว"),
        (date(2027, 9, 30), "approved", 2570, None),
        (date(2027, 10, 1), "cancelled", 2570, None),
        (date(2026, 9, 30), "draft", 2570, None),
        (date(2027, 9, 30), "draft", None, None),
        (date(2027, 10, 1), "examined", None, None),
    ],
)
def test_in_september_it_is_warned_of(today, state, budget_year, said):
    words = notice(state=state, budget_year=budget_year, today=today)
    assert (words is None) if said is None else (said in words.th)


def test_every_state_before_approval_is_under_way():
    from accounting.disbursement.rules import FLOW

    assert set(FLOW.states) - UNDER_WAY == {"approved", "paid", "cancelled"}


def test_what_gives_a_deposit_back_never_lapses(office):
    voucher = office.voucher(**of_a_deposit(office))
    office.led_to(voucher, "endorse", on=LAST)
    approved = office.done(f"vouchers/{voucher['id']}/approve", {"on": NEXT}, "EXECUTIVE")
    assert approved["state"] == "approved"


def test_home_and_the_voucher_itself_warn_of_what_lapses(new_office, page_of):
    office = new_office()
    page = page_of(office)
    back = office.led_to(office.voucher(**of_a_deposit(office)), "request")
    make_older(office, back)
    assert "พ้นปีแล้ว" not in page("FIN_OFFICER", f"dika/{back['id']}")
    home = page("FIN_OFFICER", "")
    assert back["description"] in home
    assert "พ้นปีแล้ว" not in home
    requested = office.led_to(office.voucher(budget_line=office.line()), "request")
    make_older(office, requested)
    assert "พ้นปีแล้ว" in page("FIN_OFFICER", f"dika/{requested['id']}")
    assert "พ้นปีแล้ว" in page("FIN_OFFICER", "")


def of_a_deposit(office) -> dict[str, object]:
    """Return what the voucher says that gives a guarantee back."""
    held = office.deposit("2112010101.001", "5000.00")
    return {
        "gross": "5000.00",
        "vat": None,
        "deductions": [],
        "source": {"kind": "deposit", "id": held},
    }


def make_older(office, voucher: dict) -> None:
    """Let a voucher be as if it were of the year before."""
    with office.as_owner(office.body) as owner:
        owner.execute(
            "UPDATE document SET fiscal_year = 2569, document_date = '2026-09-15',"
            " content = jsonb_set(content, '{said,fiscal_year}', '2569') WHERE id = %s",
            [voucher["id"]],
        )
