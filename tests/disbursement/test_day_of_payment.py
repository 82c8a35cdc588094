"""The day on which cheques are written closes when they are signed, or given up."""

import pytest

DAYS = {"sign": "2026-11-23", "cancel": "2026-11-24"}


@pytest.mark.parametrize("ending", DAYS)
def test_a_day_does_not_close_while_its_cheque_report_is_not_signed(office, ending):
    day = DAYS[ending]
    approved = office.led_to(office.voucher(budget_line=office.line()), "approve", on=day)
    said = {
        "paid_on": day,
        "bank_account": office.bank_account,
        "vouchers": [approved["requester_no"]],
    }
    daily = office.done("daily-reports", {"date": day, "counted": "0.00"}, "FIN_OFFICER")
    cheques = office.done("cheque-reports", said, "FIN_OFFICER")
    waits_for = [f"{cheques['number']} is not finished"]
    assert refused(close(office, daily)) == waits_for, "a draft"
    office.done(f"cheque-reports/{cheques['id']}/approve", {}, "EXECUTIVE")
    assert refused(close(office, daily)) == waits_for, "approved"
    if ending == "cancel":
        given_up = {"note": "จ่ายวันอื่น"}
        office.done(f"cheque-reports/{cheques['id']}/cancel", given_up, "FIN_OFFICER")
    else:
        office.done(f"cheque-reports/{cheques['id']}/sign", {}, "EXECUTIVE")
        assert refused(close(office, daily)) == waits_for, "one of the two has signed"
        office.done(f"cheque-reports/{cheques['id']}/sign", {}, "CLERK_LAO")
    assert close(office, daily).json()["state"] == "closed"


def close(office, daily: dict):
    """Have three count the empty vault and sign for what the books say now, and close the day."""
    path = f"daily-reports/{daily['id']}"
    office.done(f"{path}/recount", {"counted": "0.00"}, "FIN_OFFICER")
    for number in (1, 2, 3):
        office.done(f"{path}/sign", {}, f"CASH_COMMITTEE#{number}")
    return office.post(f"{path}/close", {}, "FIN_OFFICER")


def refused(answer) -> list[str]:
    """Return what a day waits for."""
    assert answer.status_code == 409, answer.content.decode()
    return [one["message_en"] for one in answer.json()["refusals"]]
