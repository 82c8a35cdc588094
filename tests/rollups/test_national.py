"""National tables: children make their parent at every level, to the satang, in every class."""

from collections import Counter
from decimal import Decimal

import pytest

from tenants.rollups.classes import EXPENDITURE, REVENUE, class_of, national_classes
from tenants.rollups.folding import category_of


@pytest.fixture(scope="module")
def place(_unused_bodies):
    return next(one for one in _unused_bodies if one.district_code)


@pytest.fixture
def table(api, place, officer_of):
    """Return a table's rows as the department, or another, asks for them."""

    def ask(scheme, role="DLA", **narrower):
        query = "&".join(f"{name}={code}" for name, code in narrower.items())
        path = f"central/national-tables?fiscal_year=2570&scheme={scheme}&{query}"
        answer = api.get(path, token=officer_of(place, role).token)
        assert answer.status_code == 200, answer.content
        return answer.json()["rows"]

    return ask


def amounts(rows):
    """Return the sum of each class and of the total, done and planned."""
    sums = Counter()
    for row in rows:
        sums["actual"] += Decimal(row["actual"])
        sums["planned"] += Decimal(row["planned"])
        for which in ("actual", "planned"):
            for place, amount in enumerate(row[f"{which}_by_class"]):
                sums[which, place] += Decimal(amount)
    return {key: value for key, value in sums.items() if value}


@pytest.mark.parametrize("scheme", [REVENUE, EXPENDITURE])
def test_children_make_their_parent_at_every_level(table, place, post, consume, scheme):
    post(place, "1250.75", "0.01")
    consume(place)
    levels = {
        "nation": table(scheme),
        "province": table(scheme, province=place.province_code),
        "district": table(scheme, district=place.district_code),
    }
    for name, rows in levels.items():
        whole = [row for row in rows if row["is_whole"]]
        parts = [row for row in rows if not row["is_whole"]]
        assert len(whole) == 1
        assert amounts(whole) == amounts(parts), name
        for row in rows:
            for which in ("actual", "planned"):
                of_classes = [Decimal(amount) for amount in row[f"{which}_by_class"]]
                assert len(of_classes) == len(national_classes(scheme))
                assert sum(of_classes) == Decimal(row[which]), (name, row["code"])
    own = {"nation": place.province_code, "province": place.district_code}
    for name, below in (("nation", "province"), ("province", "district")):
        (shown,) = [row for row in levels[name] if row["code"] == own[name]]
        (whole,) = [row for row in levels[below] if row["is_whole"]]
        assert amounts([shown]) == amounts([whole])
    if scheme == REVENUE:
        assert amounts(levels["nation"])["actual"] >= Decimal("1250.76")


def test_a_districts_parts_are_its_bodies(table, place):
    rows = table(REVENUE, role="DISTRICT")
    assert {row["level"] for row in rows} == {"D", "B"}
    assert place.code in {row["code"] for row in rows}


def test_a_month_leaves_out_what_was_collected_later(table, place, post, consume):
    before = amounts(table(REVENUE, month="2026-10"))["actual"]
    post(place, "77.00", day="2026-11-03")
    consume(place)
    assert amounts(table(REVENUE, month="2026-10"))["actual"] == before
    assert amounts(table(REVENUE, month="2026-11"))["actual"] >= before + 2 * 77


def test_what_a_class_has_stands_in_its_place(api, table, place, officer_of, post, consume):
    """Fees are the second class of revenue; what is posted as a fee is found there."""
    token = officer_of(place, "DLA").token
    path = "central/national-tables?fiscal_year=2570&scheme=revenue"
    classes = api.get(path, token=token).json()["classes"]
    assert classes == [one.key for one in national_classes(REVENUE)]

    def by_class():
        (row,) = [one for one in table(REVENUE, district=place.district_code) if one["is_whole"]]
        return dict(zip(classes, map(Decimal, row["actual_by_class"]), strict=True))

    before = by_class()
    post(place, "19.00")
    consume(place)
    after = by_class()
    category = class_of(REVENUE, category_of("4401010104.001"))
    assert {key: after[key] - before[key] for key in classes if after[key] != before[key]} == {
        category: 19
    }


def test_a_table_that_there_is_not_is_refused(api, place, officer_of):
    token = officer_of(place, "DLA").token
    answer = api.get("central/national-tables?scheme=everything", token=token)
    assert answer.status_code == 400
    elsewhere = api.get("central/national-tables?district=9999", token=token)
    assert elsewhere.status_code == 404
