"""What the codes of the budget's classification are called, in the language of the page."""

from functools import cache

from django.utils import translation
from django.utils.translation import gettext as _

from accounting.data_files import rows_of

PLAN, CLASS, CATEGORY = ("plan", "plan"), ("expenditure", "budget"), ("revenue", "category")
_Level = tuple[str, str]  # scheme and level of budget_codes.csv


def name_of(level: _Level, code: str) -> str:
    """Return the code's name; of one that is not in the classification the code itself."""
    if not code:
        return _("ไม่ระบุ")
    th, en = _names(level).get(code, (code, code))
    return en if (translation.get_language() or "").startswith("en") else th


@cache
def _names(level: _Level) -> dict[str, tuple[str, str]]:
    return {
        row["code"]: (row["name_th"], row["name_en"] or row["name_th"])
        for row in rows_of("budget_codes.csv")
        if (row["scheme"], row["level"]) == level
    }
