"""Slips and summaries: three pairs of hands, what was counted, all of the day."""

DAY = "2026-10-05"


def test_a_slip_takes_all_receipts_of_the_collector_and_the_day_once(office):
    mine = [office.receipt(amount="10.00"), office.receipt(amount="20.00", method="transfer")]
    office.receipt("COLLECTOR#2")
    office.receipt(received_on="2026-10-06")
    slip = office.done("COLLECTOR", "remittances", {"collected_on": DAY})
    assert [one["id"] for one in slip["receipts"]] == [one["id"] for one in mine]
    assert (slip["amount"], slip["in_hand"]) == ("30.00", "10.00"), "a transfer is not handed over"
    assert [office.get(f"receipts/{one['id']}")["state"] for one in mine] == ["remitted"] * 2
    again = office.refused("COLLECTOR", "remittances", {"collected_on": DAY})
    assert again == {"nothing_to_remit"}


def test_what_is_counted_is_what_the_receipts_say(office):
    slip = office.handed_over("123.45")
    path = f"remittances/{slip['id']}/receive"
    answer = office.post("FIN_OFFICER", path, {"counted": "123.44"})
    (refusal,) = answer.json()["refusals"]
    assert refusal["code"] == "count_differs"
    assert "123.45" in refusal["message_th"]
    assert "0.01" in refusal["message_en"]
    assert office.refused("FIN_OFFICER", path, {"counted": "นับแล้ว"}, 422) == {"not_money"}
    assert office.refused("FIN_OFFICER", path, {}, 422) == {"required"}
    received = office.done("FIN_OFFICER", path, {"counted": "123.45"})
    assert (received["state"], received["number"]) == ("received", "00001/70")


def test_a_slip_given_up_gives_its_receipts_back(office):
    slip = office.handed_over()
    (receipt,) = slip["receipts"]
    office.done("COLLECTOR", f"remittances/{slip['id']}/cancel", {"note": "ลืมใบเสร็จหนึ่งใบ"})
    assert office.get(f"receipts/{receipt['id']}")["state"] == "issued"
    assert office.done("COLLECTOR", "remittances", {"collected_on": DAY})["amount"] == "100.00"


def test_a_summary_waits_for_every_paper_of_its_day(office):
    office.received("100.00")
    late = office.receipt("COLLECTOR#2", amount="5.00")
    said = {"collected_on": DAY}
    asked = ("FIN_OFFICER", "remittance-summaries", said)
    assert office.refused(*asked) == {"receipt_not_remitted"}
    slip = office.done("COLLECTOR#2", "remittances", said)
    assert office.refused(*asked) == {"remittance_not_received"}
    office.done("FIN_OFFICER", f"remittances/{slip['id']}/receive", {"counted": "5.00"})
    summary = office.done(*asked)
    assert summary["amount"] == "105.00"
    assert [one["amount"] for one in summary["remittances"]] == ["100.00", "5.00"]
    assert summary["kinds"] == [
        {
            "account": "4401030106.001",
            "name_th": "รายได้ค่าธรรมเนียมเก็บและขนมูลฝอย",
            "amount": "105.00",
        }
    ]
    assert office.refused(*asked) == {"nothing_to_summarise"}
    assert office.get(f"receipts/{late['id']}")["state"] == "remitted"


def test_collector_cashier_and_bookkeeper_are_three(office, officer_of):
    """One officer who holds every role may still take one step of each paper only."""
    from datetime import date

    from django.utils import timezone

    from tenants.officers import appointments

    everybody = office.officer("COLLECTOR")
    for role in ("FIN_OFFICER", "FIN_DIRECTOR"):
        appointments.appoint(
            officer_id=everybody.id,
            role=role,
            body_code=office.body.code,
            from_date=date(2020, 1, 1),
            now=timezone.now(),
        )
    slip = office.handed_over()
    counted = {"counted": "100.00"}
    path = f"remittances/{slip['id']}/receive"
    assert office.refused("COLLECTOR", path, counted) == {"separation_of_duties"}
    office.done("FIN_OFFICER", path, counted)
    summary = office.done("FIN_OFFICER", "remittance-summaries", {"collected_on": DAY})
    path = f"remittance-summaries/{summary['id']}/check"
    assert office.refused("COLLECTOR", path) == {"separation_of_duties"}
    checked = office.done("FIN_DIRECTOR", path)
    assert checked["number"] == "00001/70"
