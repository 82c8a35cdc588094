"""Which versions of master data are refused, each with all its reasons."""

from datetime import date

import pytest

from tenants.master_data.kinds import KINDS, read_rows
from tenants.master_data.rules import ProposalFacts, proposal_refusals
from tenants.master_data.state import nation_of

TODAY = date(2026, 11, 24)  # fiscal year 2570
CODE = {
    "act": "begin",
    "scheme": "expenditure",
    "code": "511099",
    "from_fiscal_year": "2571",
    "name_th": "ค่าใช้จ่ายใหม่",
    "parent": "511000",
    "level": "type",
}
ACCOUNT = {
    "act": "begin",
    "code": "1101010199.001",
    "from_fiscal_year": "2571",
    "name_th": "เงินสดใหม่",
    "name_en": "New cash",
    "parent": "1101010100.000",
    "normal_side": "debit",
    "is_contra": "0",
    "postable": "1",
}
LIFE = {
    "act": "begin",
    "asset_class": "BUILDING",
    "from_fiscal_year": "2571",
    "name_th": "อาคารถาวร",
    "least_years": "15",
    "most_years": "40",
}
DAY = {"act": "begin", "day": "2027-04-13", "name_th": "วันสงกรานต์"}
ALL = {"budget-codes": CODE, "accounts": ACCOUNT, "useful-lives": LIFE, "holidays": DAY}


def refused(kind, *raw, versions=(), title="ปรับปรุง", letter="ว 1", named=()):
    rows, refusals = read_rows(KINDS[kind], raw)
    facts = ProposalFacts(
        kind=KINDS[kind],
        title=title,
        letter=letter,
        rows=rows,
        nation=nation_of((name, read_rows(KINDS[name], told)[0]) for name, told in versions),
        named=frozenset(named),
        today=TODAY,
    )
    found = refusals or proposal_refusals(facts)
    return {f"{one.code} {one.pointer}" for one in found}


@pytest.fixture(scope="module")
def a_header():
    nation = nation_of([])
    return next(
        row["code"]
        for row in nation["accounts"]
        if not row["postable"] and str(row["code"]).startswith("1101")
    )


@pytest.mark.parametrize("kind", ALL)
def test_a_row_of_each_kind_may_begin(kind, a_header):
    row = {**ALL[kind], **({"parent": a_header} if kind == "accounts" else {})}
    assert refused(kind, row) == set()


@pytest.mark.parametrize(
    ("kind", "changed", "reason"),
    [
        ("budget-codes", {"act": "change"}, "unknown_act /rows/0/act"),
        ("budget-codes", {"colour": "red"}, "unknown_column /rows/0/colour"),
        ("budget-codes", {"name_th": ""}, "required /rows/0/name_th"),
        ("budget-codes", {"name_th": "ก\u202eข"}, "unreadable /rows/0/name_th"),
        ("budget-codes", {"name_th": "ก" * 301}, "unreadable /rows/0/name_th"),
        ("budget-codes", {"code": "51-1"}, "unreadable /rows/0/code"),
        ("budget-codes", {"scheme": "other"}, "unreadable /rows/0/scheme"),
        ("budget-codes", {"from_fiscal_year": "2026"}, "unreadable /rows/0/from_fiscal_year"),
        ("budget-codes", {"from_fiscal_year": "๒๕๗๑"}, "unreadable /rows/0/from_fiscal_year"),
        (
            "budget-codes",
            {"until_fiscal_year": "2572"},
            "not_for_this_act /rows/0/until_fiscal_year",
        ),
        ("budget-codes", {"from_fiscal_year": "2569"}, "is_past /rows/0/from_fiscal_year"),
        ("budget-codes", {"from_fiscal_year": "2581"}, "too_far_ahead /rows/0/from_fiscal_year"),
        ("budget-codes", {"level": "task"}, "unknown_level /rows/0/level"),
        ("budget-codes", {"parent": ""}, "wrong_parent /rows/0/parent"),
        ("budget-codes", {"parent": "510000"}, "wrong_parent /rows/0/parent"),
        ("budget-codes", {"level": "budget"}, "wrong_parent /rows/0/parent"),
        ("budget-codes", {"account": "1"}, "unreadable /rows/0/account"),
        ("budget-codes", {"account": "9999999999.999"}, "unknown_account /rows/0/account"),
        ("budget-codes", {"account": "1000000000.000"}, "unknown_account /rows/0/account"),
        ("accounts", {"code": "1101010101.001"}, "account_exists /rows/0/code"),
        ("accounts", {"parent": "1101010101.001"}, "wrong_parent /rows/0/parent"),
        ("accounts", {"parent": "9999999999.999"}, "wrong_parent /rows/0/parent"),
        ("accounts", {"code": "5101010199.001"}, "wrong_parent /rows/0/code"),
        ("accounts", {"is_contra": "maybe"}, "unreadable /rows/0/is_contra"),
        ("useful-lives", {"most_years": "14"}, "range_is_empty /rows/0/most_years"),
        ("useful-lives", {"least_years": "0"}, "unreadable /rows/0/least_years"),
        ("holidays", {"day": "2026-11-23"}, "is_past /rows/0/day"),
        ("holidays", {"day": "2570-04-13"}, "too_far_ahead /rows/0/day"),
        ("holidays", {"day": "13/04/2570"}, "unreadable /rows/0/day"),
    ],
)
def test_a_row_that_cannot_begin_says_why(kind, changed, reason):
    assert reason in refused(kind, {**ALL[kind], **changed})


def test_all_rows_and_the_form_are_refused_at_once():
    slips = {**CODE, "parent": "510000"}, {**CODE, "code": "511098", "from_fiscal_year": "2569"}
    assert refused("budget-codes", *slips, title="", letter="ก\nข") == {
        "required /title",
        "control_character /letter",
        "wrong_parent /rows/0/parent",
        "is_past /rows/1/from_fiscal_year",
    }
    assert refused("budget-codes") == {"required /rows"}


def test_a_row_may_stand_below_one_of_the_same_version():
    above = {**CODE, "code": "519900", "parent": "510000", "level": "category"}
    below = {**CODE, "parent": "519900"}
    assert refused("budget-codes", above, below) == set()
    assert refused("budget-codes", below, above) == {"wrong_parent /rows/0/parent"}


def test_a_code_begins_once_a_year_and_keeps_its_level():
    renamed = {**CODE, "name_th": "ชื่อใหม่", "from_fiscal_year": "2573"}
    before = [("budget-codes", [CODE])]
    assert refused("budget-codes", renamed, versions=before) == set()
    assert refused("budget-codes", CODE, versions=before) == {
        "begins_before_another /rows/0/from_fiscal_year"
    }
    other = {**renamed, "level": "category", "parent": "510000"}
    assert refused("budget-codes", other, versions=before) == {"level_changes /rows/0/level"}


def test_what_ends_is_there_and_nothing_stands_below_it():
    end = {"act": "end", "scheme": "expenditure", "code": "511000", "until_fiscal_year": "2571"}
    assert refused("budget-codes", end) == {"has_codes_below /rows/0/code"}
    unknown = {**end, "code": "999999"}
    assert refused("budget-codes", unknown) == {"unknown /rows/0/code"}
    early = {**end, "code": CODE["code"], "until_fiscal_year": "2570"}
    assert refused("budget-codes", early, versions=[("budget-codes", [CODE])]) == {
        "ends_before_it_begins /rows/0/until_fiscal_year"
    }
    twice = {**end, "code": CODE["code"]}
    assert refused("budget-codes", twice, twice, versions=[("budget-codes", [CODE])]) == {
        "ended_before /rows/1/until_fiscal_year"
    }


def test_an_account_that_something_names_is_not_retired():
    nation = nation_of([])
    code = next(row for row in nation["budget-codes"] if row["account"])["account"]
    end = {"act": "end", "code": code, "retired_from_fiscal_year": "2571"}
    assert refused("accounts", end) == {"named_by_a_code /rows/0/code"}
    assert "named_by_a_rule /rows/0/code" in refused("accounts", end, named=[code])
    assert "is_past /rows/0/retired_from_fiscal_year" in refused(
        "accounts", {**end, "retired_from_fiscal_year": "2570"}
    )
    header = {**end, "code": "1000000000.000"}
    assert refused("accounts", header) == {"has_accounts_below /rows/0/code"}


def test_a_holiday_is_called_off_once():
    end = {"act": "end", "day": DAY["day"]}
    held = [("holidays", [DAY])]
    assert refused("holidays", DAY, versions=held) == {"is_holiday /rows/0/day"}
    assert refused("holidays", end) == {"unknown /rows/0/day"}
    assert refused("holidays", end, end, versions=held) == {"unknown /rows/1/day"}
    assert refused("holidays", end, DAY, versions=held) == set()
