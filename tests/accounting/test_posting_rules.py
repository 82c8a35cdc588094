"""The posting rules as dated data: what they take, when they hold, and that none is half told."""

from datetime import date
from decimal import Decimal

import pytest

from accounting.posting_rules.rules import Part, UnableToApplyRule, all_rules, entry_for

DAY = date(2026, 10, 5)


def draft(rule_id, *parts, on=DAY, **options):
    meant = [Part(place=place, amount=Decimal(a), account=c) for place, a, c in parts]
    return entry_for(rule_id, on=on, parts=meant, description="ทดสอบ", **options)


def refusals(*arguments, **options):
    with pytest.raises(UnableToApplyRule) as refused:
        draft(*arguments, **options)
    return refused.value.refusals


def test_every_rule_of_the_sourced_file_has_its_terms_and_its_accounts():
    import csv
    from pathlib import Path

    import accounting

    file = Path(accounting.__file__).parent / "data" / "posting_rules.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        sourced = list(csv.DictReader(lines))
    rules = all_rules()
    assert list(rules) == list(dict.fromkeys(row["rule_id"] for row in sourced))
    for rule in rules.values():
        told = [row for row in sourced if row["rule_id"] == rule.id and row["side"] != "memo"]
        sides = [(line.side, line.amount) for line in rule.lines]
        assert sides[: len(told)] == [(row["side"], row["amount"]) for row in told], rule.id
        assert rule.book in {"RV", "PV", "JV"} or rule.id == "EX01"
        for line in rule.lines:
            assert line.allowed or rule.id == "GF01", rule.id
            assert not line.account or line.takes(line.account), (rule.id, line.account)


def test_every_pattern_of_a_rule_is_of_accounts_that_there_are():
    import csv
    from pathlib import Path

    import accounting

    file = Path(accounting.__file__).parent / "data" / "chart_of_accounts.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        postable = [row["code"] for row in csv.DictReader(lines) if row["postable"] == "1"]
    for rule in all_rules().values():
        for line in rule.lines:
            assert any(line.takes(code) for code in postable), (rule.id, line.place)


def test_an_entry_is_made_of_the_rules_own_accounts_and_the_events():
    entry = draft("EX07", (1, "3210.00", None), (2, "3180.00", None), (3, "30.00", None))
    told = [(line.account, line.debit, line.credit) for line in entry.lines]
    assert told == [
        ("2101010102.001", Decimal("3210.00"), None),
        ("1101030101.001", None, Decimal("3180.00")),
        ("2102040106.001", None, Decimal("30.00")),
    ]
    assert draft("EX07", (1, "1.00", None), (2, "1.00", None), (4, "0.00", None)).lines[2:] == ()


def test_a_bodys_own_account_is_as_good_as_the_one_above_it():
    entry = draft("RV02", (1, "5.00", "1101030102.001.02"), (2, "5.00", None))
    assert entry.lines[0].account == "1101030102.001.02"


def test_an_account_that_the_rule_does_not_take_is_refused_with_all_others():
    found = refusals("RV01", (1, "5.00", "2101010102.001"), (2, "5.00", "5104010112.001"))
    assert [refusal.code for refusal in found] == ["account_not_of_rule"] * 2
    assert "1101010101.001" in found[0].message_th
    assert found[0].rule == "RV01"
    assert [r.code for r in refusals("RV01", (2, "5.00", None))] == ["account_not_configured"]


@pytest.mark.parametrize(
    ("rule_id", "last_bad", "first_good", "last_good", "next_bad"),
    [
        ("YE10", None, None, date(2023, 9, 30), date(2023, 10, 1)),
        ("YE11", date(2023, 9, 30), date(2023, 10, 1), date(2024, 9, 30), date(2024, 10, 1)),
    ],
)
def test_the_abolished_reserve_holds_on_its_days_only(
    rule_id, last_bad, first_good, last_good, next_bad
):
    parts = ((1, "15.00", None), (2, "15.00", None))
    for day in filter(None, (first_good, last_good)):
        assert len(draft(rule_id, *parts, on=day).lines) == 2
    for day in filter(None, (last_bad, next_bad)):
        (refusal,) = refusals(rule_id, *parts, on=day)
        assert refusal.code == "rule_not_in_force"
        assert "ข้อ 120" in refusal.regulation


def test_state_budget_revenue_needs_the_account_that_no_chart_has():
    parts = ((1, "9.00", None), (2, "9.00", None))
    (refusal,) = refusals("GF01", *parts)
    assert (refusal.code, refusal.of_the_books) == ("account_not_configured", True)
    entry = draft("GF01", *parts, configured={("GF01", 2): "4403010199.001"})
    assert entry.lines[1].account == "4403010199.001"


def test_a_correction_goes_the_way_the_event_says():
    for is_debit in (True, False):
        parts = [
            Part(place=1, amount=Decimal("7.00"), is_debit=is_debit),
            Part(place=2, amount=Decimal("7.00"), account="1101010101.001", is_debit=not is_debit),
        ]
        entry = entry_for("YE06", on=DAY, parts=parts, description="แก้ไข")
        assert [bool(line.debit) for line in entry.lines] == [is_debit, not is_debit]
