"""Which affiliated units the demo gives to which bodies, and what moves between the two."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from random import Random

from openlaas.demo.amounts import percent_of, usual_revenue, vary

_BODIES_PER_UNIT = 3
_MOST_UNITS_OF_A_BODY = 3
# The department's count of June 2569.
_BODIES_OF_KIND = {"PAO": 76, "CITY": 30, "TOWN": 195, "TMUN": 2247, "SAO": 5300, "SPEC": 1}
_ONE_OF_A_KIND = frozenset({"HOSPITAL", "WATERWORKS", "PAWNSHOP", "BUS_PIER", "OTHER"})
_QUARTERS = frozenset({1, 4, 7, 10})

# What a unit is given each quarter and hands over each year, in percent of its usual revenue.
_SUPPORT_PERCENT = {
    "CHILD_CENTRE": "22",
    "SCHOOL": "22",
    "HOSPITAL": "9",
    "HEALTH_UNIT": "10",
    "WATERWORKS": "2",
    "BUS_PIER": "2",
    "OTHER": "3",
}
_SURPLUS_PERCENT = {"PAWNSHOP": "6", "WATERWORKS": "2"}


@dataclass(frozen=True, slots=True)
class DemoBody:
    """A local body of the register: code, kind, full Thai name."""

    code: str
    kind: str
    full_name_th: str


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """An affiliated unit: parent code, hyphen, two digits; `kind` is a key of the unit types."""

    code: str
    parent_code: str
    kind: str
    name_th: str


@dataclass(frozen=True, slots=True)
class UnitType:
    """A kind of unit: who may have it, how common it is, the accounts that move money."""

    key: str
    name_th: str
    parent_kinds: frozenset[str]
    per_body: Fraction
    from_body: str
    to_body: str


@cache
def unit_types() -> dict[str, UnitType]:
    """Give the kinds of affiliated unit by key."""
    text = (resources.files("tenants") / "data" / "affiliated_unit_types.csv").read_text("utf-8")
    return {
        row["key"]: UnitType(
            key=row["key"],
            name_th=row["name_th"].split(" / ")[0].split(" (")[0].removesuffix("สังกัด อปท."),
            parent_kinds=frozenset(row["parent_kinds"].split(",")),
            per_body=Fraction(
                int(row["simulated_count_assumed"]),
                sum(
                    count
                    for kind, count in _BODIES_OF_KIND.items()
                    if {kind, "any"} & set(row["parent_kinds"].split(","))
                ),
            ),
            from_body=row["chart_transfer_from_lao"],
            to_body=row["chart_transfer_to_lao"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def demo_units(bodies: Iterable[DemoBody]) -> list[DemoUnit]:
    """Plan one unit for every three bodies, one to three under a body, the same at every call.

    A provincial organisation has its units first; the others are taken in an order drawn from their
    codes. The kinds respect `parent_kinds` and are as common as under such bodies in the nation.

    Returns:
        The units in order of their codes; at least one where there is a body at all.
    """
    ordered = sorted(bodies, key=lambda b: (b.kind != "PAO", Random(b.code).random(), b.code))  # noqa: S311 - a demo, not a secret
    wanted = -(-len(ordered) // _BODIES_PER_UNIT)
    units: list[DemoUnit] = []
    for body in ordered:
        if len(units) >= wanted:
            break
        units += _units_of(body)[: wanted - len(units)]
    return sorted(units, key=lambda unit: unit.code)


def _units_of(body: DemoBody) -> list[DemoUnit]:
    rng = Random(f"units of {body.code}")  # noqa: S311 - a demo, not a secret
    allowed = [t for t in unit_types().values() if t.parent_kinds & {body.kind, "any"}]
    kinds: list[UnitType] = []
    for _ in range(rng.randint(1, _MOST_UNITS_OF_A_BODY)):
        kinds += rng.choices(allowed, weights=[float(t.per_body) for t in allowed])
        allowed = [t for t in allowed if t not in kinds or t.key not in _ONE_OF_A_KIND]
    units: list[DemoUnit] = []
    for number, kind in enumerate(kinds, start=1):
        name = f"{kind.name_th}{body.full_name_th}"
        if kinds.count(kind) > 1:
            name += f" แห่งที่ {kinds[:number].count(kind)}"
        units.append(DemoUnit(f"{body.code}-{number:02d}", body.code, kind.key, name))
    return units


def support_of(unit: DemoUnit, *, seed: int, month: int) -> Decimal:
    """Give what the body pays its unit in a calendar month: the same in both books, often 0."""
    if month not in _QUARTERS or unit.kind not in _SUPPORT_PERCENT:
        return Decimal("0.00")
    rng = Random(f"{seed}:support:{unit.code}:{month}")  # noqa: S311 - a demo, not a secret
    mean = percent_of(usual_revenue(unit.kind), _SUPPORT_PERCENT[unit.kind])
    return vary(rng, mean, 10, step=100)


def surplus_of(unit: DemoUnit, *, seed: int) -> Decimal:
    """Give what the unit hands its body each September: the same in both books, 0 if nothing."""
    if unit.kind not in _SURPLUS_PERCENT:
        return Decimal("0.00")
    rng = Random(f"{seed}:surplus:{unit.code}")  # noqa: S311 - a demo, not a secret
    return vary(
        rng, percent_of(usual_revenue(unit.kind), _SURPLUS_PERCENT[unit.kind]), 10, step=100
    )


def units_under(body_code: str, units: Sequence[DemoUnit]) -> list[DemoUnit]:
    """Give the units of one body."""
    return [unit for unit in units if unit.parent_code == body_code]
