"""Bodies without a budget in force, and late in closing, as the rollups know them."""

from datetime import date

import pytest
from django.test import Client

from tenants.oversight.late import months_due

AT = "central/oversight?fiscal_year=2569&limit=1000"


@pytest.fixture
def told(api, tokens):
    def by_code(query="", role="PROVINCE"):
        answer = api.get(f"{AT}{query}", token=tokens[role])
        assert answer.status_code == 200, answer.content
        return {one["code"]: one for one in answer.json()["items"]}

    return by_code


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2025, 11, 17), 0),  # the last day for October: the 15th is a Saturday
        (date(2025, 11, 18), 1),
        (date(2026, 10, 15), 11),
        (date(2026, 10, 16), 12),
        (date(2027, 1, 1), 12),
    ],
)
def test_a_month_is_due_after_its_days(today, due):
    assert len(months_due(2569, days=15, today=today)) == due


def test_a_holiday_moves_the_last_day_for_closing():
    thursday, friday = date(2026, 10, 15), date(2026, 10, 16)
    asked = {"days": 15, "holidays": {thursday, friday}}
    assert len(months_due(2569, today=date(2026, 10, 19), **asked)) == 11  # Monday is the last
    assert len(months_due(2569, today=date(2026, 10, 20), **asked)) == 12


@pytest.fixture
def as_before(place):
    """What the test puts into the figures of the place is in no area's: it is as before again."""
    from tenants.models import Body, RollupBudget, RollupClosing

    of_year = {"body_id": Body.objects.get(code=place.code).id, "fiscal_year": 2569}
    had = {table: list(table.objects.filter(**of_year)) for table in (RollupBudget, RollupClosing)}
    yield
    for table, rows in had.items():
        table.objects.filter(**of_year).delete()
        table.objects.bulk_create(rows)


@pytest.mark.usefixtures("as_before")
def test_what_is_closed_or_approved_is_not_late(place, told):
    from tenants.models import Body, RollupBudget, RollupClosing

    before = told()[place.code]
    assert before["lacks_ordinance"]
    assert before["months_late"] == 12
    assert before["late_since"] == "2025-10-01"
    assert before["bodies_total"] == 1
    body_id = Body.objects.get(code=place.code).id
    RollupClosing.objects.filter(body_id=body_id, fiscal_year=2569).delete()
    for month in (date(2025, 10, 1), date(2025, 11, 1)):
        RollupClosing.objects.create(
            body_id=body_id, fiscal_year=2569, starts_on=month, opened=0, closed=1
        )
    RollupClosing.objects.create(
        body_id=body_id, fiscal_year=2569, starts_on=date(2025, 12, 1), opened=1, closed=0
    )
    after = told()[place.code]
    assert (after["months_late"], after["late_since"]) == (10, "2025-12-01")
    RollupBudget.objects.create(
        body_id=body_id,
        fiscal_year=2569,
        fund_source="GENERAL",
        plan="00111",
        expenditure_class="530000",
        approved=1,
    )
    assert not told()[place.code]["lacks_ordinance"]
    assert place.code not in told("&lacks=ordinance")
    assert place.code in told("&lacks=closing")


def test_each_sees_the_bodies_of_their_area(api, place, elsewhere, governor, tokens, told):
    assert place.code in told(role="DLA")
    assert place.code in told(role="OAG")
    assert place.code in told(role="DISTRICT")
    assert {one["district_code"] for one in told(role="DISTRICT").values()} == {place.district_code}
    assert {one["province_code"] for one in told().values()} == {place.province_code}
    others = api.get(AT, token=governor).json()["items"]
    assert place.code not in [one["code"] for one in others]
    for role, asked, status in (
        ("PROVINCE", f"&province={elsewhere.province_id}", 404),
        ("DISTRICT", f"&province={place.province_code}", 404),
        ("DLA", f"&district={elsewhere.code}", 200),
        ("DLA", "&days=367", 400),
        ("DLA", "&lacks=money", 400),
        ("ACCOUNTANT", "", 404),
        ("nobody", "", 401),
    ):
        assert api.get(f"{AT}{asked}", token=tokens[role]).status_code == status, (role, asked)


def test_they_are_told_page_by_page(api, tokens, told):
    found, cursor = [], ""
    while cursor is not None:
        path = f"central/oversight?fiscal_year=2569&limit=2{cursor}"
        page = api.get(path, token=tokens["PROVINCE"]).json()
        found += [one["code"] for one in page["items"]]
        cursor = page["next"] and f"&cursor={page['next']}"
    assert found == list(told())


@pytest.mark.parametrize(
    ("role", "status"),
    [("DLA", 200), ("OAG", 200), ("PROVINCE", 200), ("DISTRICT", 200), ("ACCOUNTANT", 404)],
)
def test_the_page_shows_them_to_those_who_watch(place, browser_of, role, status):
    asked = f"fiscal_year=2569&lacks=closing&days=15&district={place.district_code}"
    page = browser_of(place, role).get(f"/central/oversight?{asked}")
    assert page.status_code == status
    assert (place.code in page.content.decode()) == (status == 200)
    anonymous = Client(SERVER_NAME="localhost").get("/central/oversight")
    assert anonymous.headers["Location"].startswith("/sign-in")
