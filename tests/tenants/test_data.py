"""The register that ships with the product is whole and agrees with itself."""

import csv
from collections import Counter
from importlib import resources

import pytest


def rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("tenants") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize(
    ("name", "key", "count"),
    [
        ("provinces.csv", "code", 77),
        ("districts.csv", "code", 878),
        ("bodies.csv", "code", 7_849),
        ("affiliated_unit_types.csv", "key", 8),
        ("roles.csv", "key", 20),
    ],
)
def test_each_file_is_whole_and_its_keys_are_unique(name: str, key: str, count: int) -> None:
    keys = [row[key] for row in rows(name)]
    assert len(keys) == count
    assert len(set(keys)) == count
    assert all(value == value.strip() for row in rows(name) for value in row.values())


def test_bodies_count_as_the_department_counts_them() -> None:
    kinds = Counter(row["kind"] for row in rows("bodies.csv"))
    assert kinds == {"PAO": 76, "CITY": 30, "TOWN": 195, "TMUN": 2_247, "SAO": 5_300, "SPEC": 1}


def test_every_body_stands_in_a_district_of_its_province() -> None:
    province_of = {row["code"]: row["province_code"] for row in rows("districts.csv")}
    provinces = {row["code"] for row in rows("provinces.csv")}
    assert set(province_of.values()) == provinces - {"10"}
    for body in rows("bodies.csv"):
        assert province_of[body["district_code"]] == body["province_code"], body["code"]


def test_every_body_has_a_seven_digit_code_and_a_full_name() -> None:
    for body in rows("bodies.csv"):
        assert len(body["code"]) == 7
        assert body["code"].isdecimal()
        assert body["full_name_th"]


def test_province_11_is_the_one_the_demo_expects() -> None:
    kinds = Counter(row["kind"] for row in rows("bodies.csv") if row["province_code"] == "11")
    assert kinds == {"PAO": 1, "CITY": 1, "TOWN": 7, "TMUN": 14, "SAO": 26}


def test_unit_types_name_kinds_of_body_and_two_accounts() -> None:
    known = {"PAO", "CITY", "TOWN", "TMUN", "SAO", "SPEC", "any"}
    for unit_type in rows("affiliated_unit_types.csv"):
        assert set(unit_type["parent_kinds"].split(",")) <= known
        assert unit_type["chart_transfer_from_lao"].startswith("5210010121.")
        assert unit_type["chart_transfer_to_lao"].startswith("4401080")


def test_roles_are_held_at_a_known_level() -> None:
    levels = Counter(row["held_at"] for row in rows("roles.csv"))
    assert levels == {
        "body": 15,
        "district": 1,
        "province": 1,
        "audit": 1,
        "nation": 1,
        "platform": 1,
    }
