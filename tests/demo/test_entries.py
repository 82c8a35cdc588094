"""The demo's books keep every promise that real books must keep."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openlaas.demo.accounts import MONEY
from openlaas.demo.amounts import scale_of
from openlaas.demo.entries import (
    GENERAL_VOUCHERS,
    LOCAL_BODY_RULES,
    UNIT_RULES,
    DemoEntry,
    year_of_entries,
)
from openlaas.demo.units import DemoUnit, unit_types

LOCAL_KINDS = ("PAO", "CITY", "TOWN", "TMUN", "SAO", "SPEC")
UNIT_KINDS = tuple(sorted(unit_types()))
FIRST_DAY = date(2025, 10, 1)
YEAR_END = date(2026, 9, 30)
LAST_DAY = date(2027, 9, 30)
ZERO = Decimal("0.00")
CODE = re.compile(r"\d{10}\.\d{3}")

# Where a rule names one account of a family: what the demo takes of the rest, by rule and side.
FAMILIES = {
    ("RV01", "Cr"): ("44",),
    ("RV03", "Cr"): ("44020101", "4404040103"),
    ("RV05", "Cr"): ("1102050102.001",),
    ("RV12", "Dr"): ("2116010199.001",),  # cleared when identified
    ("RV12", "Cr"): ("4401100199.001",),
    ("RV13", "Cr"): ("4404",),  # interest of a unit
    ("RV14", "Cr"): ("44",),
    ("RV15", "Dr"): ("5108010107",),
    ("RV15", "Cr"): ("1102050123",),
    ("RV17", "Dr"): ("2109010199.001",),  # recognised when used
    ("EX02", "Dr"): ("5104", "5107", "1206"),
    ("EX07", "Dr"): ("2101010101.001", "2102040101.001", "2102040199.999"),
    ("EX08", "Dr"): ("21020401",),
    ("EX17", "Cr"): ("2101010101.001",),  # a seller of the state
    ("EX09", "Dr"): ("5101", "5104040108.001"),
    ("EX11", "Dr"): ("2111020199",),
    ("EX19", "Dr"): ("5210010121",),
    ("EX19", "Cr"): ("4404",),  # the unit's half
    ("EX20", "Cr"): ("4401080",),  # the body's half
    ("AS01", "Dr"): ("510501",),
    ("AS01", "Cr"): ("1205", "1206", "1208"),
    ("AS03", "Dr"): ("1206",),
}


def rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("accounting") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def postable() -> frozenset[str]:
    return frozenset(r["code"] for r in rows("chart_of_accounts.csv") if r["postable"] == "1")


@cache
def books(kind: str, seed: int, count: int, today: date = LAST_DAY) -> tuple[DemoEntry, ...]:
    code = "2110101-01" if kind in UNIT_KINDS else "2110101"
    units = (
        DemoUnit("2110101-01", "2110101", "SCHOOL", "โรงเรียน"),
        DemoUnit("2110101-02", "2110101", "PAWNSHOP", "สถานธนานุบาล"),
    )
    return tuple(
        year_of_entries(
            body_code=code,
            kind=kind,
            seed=seed,
            count=count,
            today=today,
            units=() if kind in UNIT_KINDS else units,
        )
    )


def of_year_2569(entries: Iterable[DemoEntry]) -> list[DemoEntry]:
    return [entry for entry in entries if entry.entry_date <= YEAR_END]


story = {
    "kind": st.sampled_from(LOCAL_KINDS + UNIT_KINDS),
    "seed": st.integers(min_value=0, max_value=10**6),
    "count": st.integers(min_value=200, max_value=900),
}


@settings(max_examples=20, deadline=None)
@given(**story)
def test_every_entry_could_be_posted(kind: str, seed: int, count: int) -> None:
    for entry in books.__wrapped__(kind, seed, count):
        assert len(entry.lines) >= 2
        assert sum((line.debit - line.credit for line in entry.lines), ZERO) == 0
        assert entry.description
        for line in entry.lines:
            assert line.account in postable()
            assert line.account != "3102010101.002"
            assert min(line.debit, line.credit) == 0 < max(line.debit, line.credit)
            assert line.debit.as_tuple().exponent == -2
            assert line.credit.as_tuple().exponent == -2


@settings(max_examples=20, deadline=None)
@given(**story)
def test_money_is_never_overdrawn(kind: str, seed: int, count: int) -> None:
    balances: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for entry in books.__wrapped__(kind, seed, count):
        for line in entry.lines:
            balances[line.account] += line.debit - line.credit
        assert all(balances[account] >= 0 for account in MONEY), entry


@settings(max_examples=12, deadline=None)
@given(**story)
def test_no_liability_is_paid_twice(kind: str, seed: int, count: int) -> None:
    balances: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for entry in books.__wrapped__(kind, seed, count):
        for line in entry.lines:
            balances[line.account] += line.credit - line.debit
        for line in entry.lines:
            if line.account.startswith("2"):
                assert balances[line.account] >= 0, entry


@settings(max_examples=12, deadline=None)
@given(**story)
def test_dates_are_working_days_of_the_two_years_in_order(kind: str, seed: int, count: int) -> None:
    dates = [entry.entry_date for entry in books.__wrapped__(kind, seed, count)]
    assert dates[0] == FIRST_DAY
    assert dates[-1] == LAST_DAY
    assert all(earlier <= later for earlier, later in pairwise(dates))
    assert all(day.isoweekday() <= 5 for day in dates)


@settings(max_examples=12, deadline=None)
@given(
    kind=story["kind"],
    seed=story["seed"],
    today=st.dates(min_value=FIRST_DAY - timedelta(days=9), max_value=LAST_DAY),
)
def test_a_later_day_only_adds_entries(kind: str, seed: int, today: date) -> None:
    whole = books.__wrapped__(kind, seed, 300)
    until_today = books.__wrapped__(kind, seed, 300, today)
    assert until_today == whole[: len(until_today)]
    assert all(entry.entry_date > today for entry in whole[len(until_today) :])


def test_seed_and_body_each_tell_another_story() -> None:
    def of(body_code: str, seed: int) -> list[DemoEntry]:
        return list(
            year_of_entries(
                body_code=body_code, kind="SAO", seed=seed, count=200, today=date(2025, 12, 1)
            )
        )

    assert of("6110101", 1) == of("6110101", 1)
    assert of("6110101", 1) != of("6110101", 2)
    assert of("6110101", 1) != of("6110102", 1)


@pytest.mark.parametrize("kind", LOCAL_KINDS)
@pytest.mark.parametrize("count", [200, 400, 1_000, 5_000])
def test_a_year_has_the_entries_asked_for(kind: str, count: int) -> None:
    entries = books(kind, 7, count)
    assert len(of_year_2569(entries)) == count
    assert len(entries) - count >= count


def test_the_largest_year_is_told_whole() -> None:
    entries = books("PAO", 7, 12_800, YEAR_END)
    assert len(entries) == 12_800


@pytest.mark.parametrize("kind", UNIT_KINDS)
@pytest.mark.parametrize("count", [24, 100, 400])
def test_a_unit_has_at_least_the_entries_asked_for(kind: str, count: int) -> None:
    assert count <= len(of_year_2569(books(kind, 7, count))) <= count + 12


def test_larger_kinds_have_larger_revenue() -> None:
    kinds = ("PAO", "CITY", "TOWN", "TMUN", "SAO")
    for larger, smaller in pairwise(kinds):
        least = min(revenue_of(books(larger, seed, 400)) for seed in range(4))
        most = max(revenue_of(books(smaller, seed, 400)) for seed in range(4))
        assert least > most, (larger, smaller)


def revenue_of(entries: Iterable[DemoEntry]) -> Decimal:
    lines = [line for entry in of_year_2569(entries) for line in entry.lines]
    return sum((x.credit - x.debit for x in lines if x.account.startswith("4")), ZERO)


def expense_of(entries: Iterable[DemoEntry]) -> Decimal:
    lines = [line for entry in of_year_2569(entries) for line in entry.lines]
    return sum((x.debit - x.credit for x in lines if x.account.startswith("5")), ZERO)


@pytest.mark.parametrize("kind", LOCAL_KINDS)
@pytest.mark.parametrize("count", [200, 1_000, 5_000])
def test_a_local_body_lives_within_its_means(kind: str, count: int) -> None:
    share = expense_of(books(kind, 7, count)) / revenue_of(books(kind, 7, count))
    assert Decimal("0.6") < share < Decimal(1)


@pytest.mark.parametrize("kind", UNIT_KINDS)
@pytest.mark.parametrize("count", [100, 400, 2_000])
def test_a_unit_lives_within_its_means(kind: str, count: int) -> None:
    share = expense_of(books(kind, 7, count)) / revenue_of(books(kind, 7, count))
    assert Decimal("0.2") < share < Decimal("1.2")


def test_every_rule_promised_is_told() -> None:
    local = {e.rule_id for kind in LOCAL_KINDS for e in books(kind, 7, 5_000)}
    units = {e.rule_id for kind in UNIT_KINDS for e in books(kind, 7, 1_500)}
    assert local - GENERAL_VOUCHERS == LOCAL_BODY_RULES
    assert units - GENERAL_VOUCHERS == UNIT_RULES
    assert {row["rule_id"] for row in rows("posting_rules.csv")} >= LOCAL_BODY_RULES | UNIT_RULES


@pytest.mark.parametrize("kind", LOCAL_KINDS)
def test_even_a_short_year_shows_the_main_rules(kind: str) -> None:
    main = {"RV01", "RV02", "RV03", "RV08", "RV09", "RV13", "EX02", "EX05", "EX06", "EX07", "EX08"}
    main |= {"EX09", "EX10", "EX11", "AS01", "RV15", "YE01", "YE02", "YE04"}
    assert {entry.rule_id for entry in of_year_2569(books(kind, 7, 200))} >= main


def accounts_of_rules() -> dict[tuple[str, str], set[str]]:
    named: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows("posting_rules.csv"):
        named[row["rule_id"], row["side"]].add(row["account"])
        for side in ("Dr", "Cr"):
            named[row["rule_id"], side].update(
                CODE.findall(row["amount"] + " " + row["condition_or_note"])
            )
    return named


@pytest.mark.parametrize("kind", LOCAL_KINDS + UNIT_KINDS)
def test_every_line_stands_where_its_rule_puts_it(kind: str) -> None:
    named = accounts_of_rules()
    for entry in books(kind, 7, 1_500):
        if entry.rule_id in GENERAL_VOUCHERS:
            continue
        for line in entry.lines:
            place = (entry.rule_id, "Dr" if line.debit else "Cr")
            is_of_family = line.account.startswith(FAMILIES.get(place, ("none",)))
            assert line.account in named[place] or is_of_family, (place, line.account)


def test_tax_kept_back_is_remitted_by_the_seventh() -> None:
    remittances = [entry for entry in books("TMUN", 7, 600) if entry.rule_id == "EX08"]
    assert len({(e.entry_date.year, e.entry_date.month) for e in remittances}) == 24
    assert all(entry.entry_date.day <= 7 for entry in remittances)


def test_a_firm_is_paid_less_one_percent_of_the_price_before_tax() -> None:
    for entry in books("TMUN", 7, 600):
        kept = [line.credit for line in entry.lines if line.account == "2102040106.001"]
        if entry.rule_id == "EX07" and kept:
            gross = entry.lines[0].debit
            with_vat, without = gross / Decimal(107), gross / Decimal(100)
            assert min(abs(kept[0] - with_vat), abs(kept[0] - without)) < Decimal("0.01")


def test_a_body_pays_its_unit_what_the_unit_receives() -> None:
    def moved(
        entries: Iterable[DemoEntry], rule_id: str, prefix: str
    ) -> list[tuple[date, Decimal]]:
        return [
            (entry.entry_date, line.debit + line.credit)
            for entry in entries
            if entry.rule_id == rule_id
            for line in entry.lines
            if line.account.startswith(prefix)
        ]

    school = DemoUnit("2110101-01", "2110101", "SCHOOL", "โรงเรียน")
    body = list(
        year_of_entries(
            body_code="2110101", kind="PAO", seed=7, count=300, today=LAST_DAY, units=[school]
        )
    )
    given_support = moved(body, "EX19", "5210010121.005")
    assert len(given_support) == 8
    assert given_support == moved(books("SCHOOL", 7, 100), "EX19", "4404050104.001")
    pawnshop = DemoUnit("2110101-01", "2110101", "PAWNSHOP", "สถานธนานุบาล")
    body = list(
        year_of_entries(
            body_code="2110101", kind="PAO", seed=7, count=300, today=LAST_DAY, units=[pawnshop]
        )
    )
    handed_over = moved(books("PAWNSHOP", 7, 100), "EX20", "5210010121.999")
    assert handed_over == moved(body, "EX20", "4401080002.001")
    assert len(handed_over) == 2


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        next(year_of_entries(body_code="1", kind="NONE", seed=1, count=200, today=LAST_DAY))


def test_amounts_are_whole_satang() -> None:
    from random import Random

    scale = scale_of(kind="SAO", count=200, rng=Random(1))
    assert scale.revenue.as_tuple().exponent == -2
    assert scale.share("0.333").as_tuple().exponent == -2
