"""The demo's affiliated units respect the kinds of body that may have them."""

import csv
from importlib import resources

import pytest

from openlaas.demo.units import DemoBody, demo_units, unit_types


def province(code: str) -> list[DemoBody]:
    text = (resources.files("tenants") / "data" / "bodies.csv").read_text(encoding="utf-8")
    return [
        DemoBody(row["code"], row["kind"], row["full_name_th"])
        for row in csv.DictReader(text.splitlines())
        if row["province_code"] == code
    ]


@pytest.mark.parametrize("code", ["11", "20", "90"])
def test_one_unit_for_every_three_bodies(code: str) -> None:
    bodies = province(code)
    units = demo_units(bodies)
    assert len(units) == -(-len(bodies) // 3)
    assert len({unit.code for unit in units}) == len(units)
    assert units == demo_units(reversed(bodies))


def test_province_11_has_17_units_and_its_pao_has_some() -> None:
    units = demo_units(province("11"))
    assert len(units) == 17
    assert any(unit.parent_code == "2110101" for unit in units)


def test_units_are_numbered_under_a_parent_that_may_have_them() -> None:
    kind_of = {body.code: body.kind for body in province("11")}
    for unit in demo_units(province("11")):
        assert unit.code.startswith(f"{unit.parent_code}-0")
        assert unit_types()[unit.kind].parent_kinds & {kind_of[unit.parent_code], "any"}
        assert unit.name_th


def test_no_bodies_no_units() -> None:
    assert demo_units([]) == []
