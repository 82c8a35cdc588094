"""What events add to figures, against sums made by hand."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tenants.rollups.figures import added, difference, negated
from tenants.rollups.folding import Event, category_of, in_order, of_events

NOW = datetime(2026, 10, 5, tzinfo=UTC)


def event(event_no, *lines, day="2026-10-05", number="RV-00001/70", year=2570):
    payload = {"number": number, "entry_date": day, "fiscal_year": year, "lines": list(lines)}
    return Event(event_no=event_no, recorded_at=NOW, payload=payload)


def test_entries_of_two_months_by_hand():
    found = of_events(
        [
            event(
                1,
                ["1101010101.001", "1000.25", "0"],
                ["4401010104.001", "0", "900.25"],
                ["4403010101.001", "0", "100.00"],
            ),
            event(
                2,
                ["4401010104.001", "0.25", "0"],
                ["1101030101.001", "0", "0.25"],
                number="JV-00001/70",
            ),
            event(
                3,
                ["5101010101.001", "7.00", "0"],
                ["1101030101.001", "0", "7.00"],
                day="2026-11-30",
                number="PV-00001/70",
            ),
        ]
    )
    october, november = ("2570", "2026-10-01"), ("2570", "2026-11-01")
    assert found["month"] == {
        (*october, "1101"): (Decimal("1000.25"), Decimal("0.25")),
        (*october, "4401"): (Decimal("0.25"), Decimal("900.25")),
        (*october, "4403"): (0, Decimal("100.00")),
        (*november, "1101"): (0, Decimal("7.00")),
        (*november, "5101"): (Decimal("7.00"), 0),
    }
    assert found["revenue"] == {
        (*october, "411000"): (Decimal("900.00"),),
        (*october, "431000"): (Decimal("100.00"),),
    }
    assert found["entries"] == {
        (*october, "RV"): (1,),
        (*october, "JV"): (1,),
        (*november, "PV"): (1,),
    }


def test_what_is_undone_leaves_no_row():
    there = event(1, ["1101010101.001", "5.00", "0"], ["4401010104.001", "0", "5.00"])
    back = event(2, ["4401010104.001", "5.00", "0"], ["1101010101.001", "0", "5.00"])
    found = of_events([there, back])
    assert "revenue" not in found
    assert found["month"]["2570", "2026-10-01", "1101"] == (Decimal("5.00"), Decimal("5.00"))
    assert difference(found, found) == {}
    assert added([found, negated(found)]) == {}


def test_events_follow_each_other_without_a_gap():
    events = [event(3), event(4), event(6)]
    assert [one.event_no for one in in_order(events, after=2)] == [3, 4]
    assert in_order(events, after=1) == []
    assert in_order([], after=7) == []


@pytest.mark.parametrize(
    ("account", "category"),
    [
        ("4401010104.001", "411000"),
        ("4401030105.001", "412000"),
        ("4402010101.001", "421000"),
        ("4401080001.001", "414000"),
        ("4999999999.999", ""),
    ],
)
def test_revenue_has_the_category_of_its_account(account, category):
    assert category_of(account) == category


def test_every_revenue_account_of_the_chart_has_a_category():
    from accounting.data_files import rows_of

    accounts = [one["code"] for one in rows_of("chart_of_accounts.csv") if one["code"][0] == "4"]
    postable = [code for code in accounts if not code.endswith(".000")]
    assert len(postable) > 290
    assert [code for code in postable if not category_of(code)] == []
