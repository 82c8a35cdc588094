"""What the codes of the budget's classification are called, in the language of the page."""

from functools import cache

from django.utils import translation
from django.utils.translation import gettext as _

from accounting.data_files import rows_of

PLAN, CLASS, CATEGORY = ("plan", "plan"), ("expenditure", "budget"), ("revenue", "category")
GROUP_DIGITS = 4  # of an account's code, by which the centre keeps balances
_Level = tuple[str, str]  # scheme and level of budget_codes.csv


def name_of(level: _Level, code: str) -> str:
    """Return the code's name; of one that is not in the classification the code itself."""
    if not code:
        return _("ไม่ระบุ")
    th, en = _names(level).get(code, (code, code))
    return en if (translation.get_language() or "").startswith("en") else th


def group_name(code: str) -> str:
    """Return the name of a group of accounts; of one that is not in the chart its code."""
    th, en = _groups().get(code, (code, code))
    return en if (translation.get_language() or "").startswith("en") else th


@cache
def _groups() -> dict[str, tuple[str, str]]:
    return {
        row["code"][:GROUP_DIGITS]: (row["name_th"], row["name_en"])
        for row in rows_of("chart_of_accounts.csv")
        if row["level"] == "3"
    }


@cache
def _names(level: _Level) -> dict[str, tuple[str, str]]:
    return {
        row["code"]: (row["name_th"], row["name_en"] or row["name_th"])
        for row in rows_of("budget_codes.csv")
        if (row["scheme"], row["level"]) == level
    }
