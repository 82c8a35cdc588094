"""The classes in which the statistics office prints local finance: seven and six. Pure.

Which categories (หมวดรายรับ) and budgets (งบ) each holds: tenants/data/national_classes.csv.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

REVENUE, EXPENDITURE = "revenue", "expenditure"
REST = "REST"


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalClass:
    """A class, in the order in which it is printed."""

    key: str
    name_th: str
    name_en: str
    codes: tuple[str, ...]


@cache
def national_classes(scheme: str) -> tuple[NationalClass, ...]:
    """Return the classes of revenue or of expenditure."""
    text = (resources.files("tenants") / "data" / "national_classes.csv").read_text("utf-8")
    return tuple(
        NationalClass(
            key=row["class"],
            name_th=row["name_th"],
            name_en=row["name_en"],
            codes=tuple(row["codes"].split()),
        )
        for row in csv.DictReader(text.splitlines())
        if row["scheme"] == scheme
    )


def class_of(scheme: str, code: str) -> str:
    """Return the key of a category's or budget's class; of an unknown one, that of the rest."""
    return next((one.key for one in national_classes(scheme) if code in one.codes), REST)
