"""งบเฉพาะการ: an enterprise is a body of its own, with an ordinance beside its parent's."""

import pytest

from tests.budget.office import LINE, Office, ordinance

WATER = {**LINE, "name": "ค่าไฟฟ้าสูบน้ำ", "expenditure_type": "340100", "amount": "90000.00"}


@pytest.fixture
def waterworks(body, other_body):
    """Make the waterworks of a parent of a kind; kinds and parents change."""
    from tenants.directory.models import Body, District
    from tenants.directory.queries import body_with_books

    unit, parent = (Body.objects.filter(code=one.code) for one in (body, other_body))
    district = District.objects.filter(province_id=other_body.province_code).first()

    def make(kind: str, unit_kind: str = "WATERWORKS") -> object:
        parent.update(kind=kind, district_id=district.pk)
        unit.update(
            kind=unit_kind,
            parent_id=parent.get().pk,
            province_id=other_body.province_code,
            district_id=district.pk,
        )
        return body_with_books(body.code), body_with_books(other_body.code)

    yield make
    for changed, was in ((unit, body), (parent, other_body)):
        changed.update(
            kind=was.kind,
            parent_id=None,
            province_id=was.province_code,
            district_id=was.district_code,
        )


@pytest.mark.parametrize(
    ("kind", "supervisor", "other"),
    [("TMUN", "PROVINCE", "DISTRICT"), ("SAO", "DISTRICT", "PROVINCE")],
)
def test_an_enterprise_has_an_ordinance_of_its_own_and_its_parents_supervisor(
    waterworks, api, kind, supervisor, other
):
    unit, parent = waterworks(kind)
    assert unit.parent_code == parent.code
    office, general = Office(unit, api), Office(parent, api)
    general.in_force()
    one = (
        f"ordinances/{office.made('ordinances', ordinance(title='งบเฉพาะการประปา', lines=[WATER]))}"
    )
    office.take("BUDGET_OFFICER", one, "propose")
    office.take("COUNCIL", one, "council-approve")
    refused = office.post(other, f"{one}/agree")
    assert [told["code"] for told in refused.json()["refusals"]] == ["not_the_supervisor"]
    office.take(supervisor, one, "agree")
    office.take("EXECUTIVE", one, "sign")
    assert office.take("BUDGET_OFFICER", one, "put-in-force")["state"] == "in_force"
    assert [(line["name"], line["available"]) for line in office.lines()] == [
        ("ค่าไฟฟ้าสูบน้ำ", "90000.00")
    ]
    assert {line["name"] for line in general.lines()}.isdisjoint({"ค่าไฟฟ้าสูบน้ำ"})
    token = office.tokens["BUDGET_OFFICER"]
    strange = api.get(f"bodies/{parent.code}/budget-lines", token=token)
    assert strange.status_code == 404, "its officers have no part in their parent's budget"


@pytest.mark.parametrize("path", ["ordinances", "supplementaries"])
def test_a_unit_without_a_budget_of_its_own_makes_no_ordinance(waterworks, api, path):
    unit, _ = waterworks("TMUN", "CHILD_CENTRE")
    more = {"effective_on": "2026-11-01"} if path == "supplementaries" else {}
    refused = Office(unit, api).post("BUDGET_OFFICER", path, ordinance(lines=[WATER], **more))
    assert refused.status_code == 409, refused.content.decode()
    (told,) = refused.json()["refusals"]
    assert told["code"] == "no_budget_of_its_own"
    assert "ต้นสังกัด" in told["message_th"]
