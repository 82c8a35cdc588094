"""What the centre is told, and who is told of which area."""

from decimal import Decimal

import pytest

OVERVIEW = "central/overview?fiscal_year=2570"
OF_AN_AREA = (
    *("overview", "bodies", "closing-progress", "budget-execution", "revenue"),
    *("national-tables", "ranking", "outliers", "activity", "service-levels", "position"),
)
OF_A_PROVINCE = ("bodies", "ranking", "outliers")


@pytest.fixture(scope="module")
def place(_unused_bodies):
    """A body of a district, in whose province there are others."""
    return next(one for one in _unused_bodies if one.district_code)


@pytest.fixture(scope="module")
def watchers(place, officer_of):
    """Tokens of those who watch over the place, by role, and of one who works there."""
    roles = ("DLA", "OAG", "PROVINCE", "DISTRICT", "ACCOUNTANT")
    return {role: officer_of(place, role).token for role in roles}


@pytest.fixture(scope="module")
def elsewhere(place):
    """A province and a district that nobody of the place watches over, but the department."""
    from tenants.models import District

    return District.objects.exclude(province_id=place.province_code).order_by("code").first()


@pytest.fixture(scope="module")
def next_door(place):
    """Another district of the same province."""
    from tenants.models import District

    others = District.objects.filter(province_id=place.province_code)
    return others.exclude(code=place.district_code).order_by("code").first()


# What each may see: the own province, the own district, the district next door, and elsewhere's.
SEEN = {
    "DLA": ("N", True, True, True, True),
    "OAG": ("P", True, True, True, False),
    "PROVINCE": ("P", True, True, True, False),
    "DISTRICT": ("D", False, True, False, False),
    "ACCOUNTANT": (None, False, False, False, False),
    "nobody": (None, False, False, False, False),
}


@pytest.mark.parametrize("role", SEEN)
def test_each_sees_their_area_and_nothing_else(
    api, place, next_door, elsewhere, watchers, problem_like_absent, role
):
    level, *seen = SEEN[role]
    token = watchers.get(role, "")
    absent = 401 if role == "nobody" else 404
    for name in OF_AN_AREA:
        answer = api.get(f"central/{name}?fiscal_year=2570", token=token)
        assert answer.status_code == (200 if level else absent), (name, answer.content)
        if level and name not in {"bodies", "national-tables"}:
            assert {one["level"] for one in answer.json()["areas"]} == {level}
    asked = (
        f"provinces/{place.province_code}",
        f"districts/{place.district_code}",
        f"districts/{next_door.code}",
        f"districts/{elsewhere.code}",
    )
    lists = (f"{name}?province={elsewhere.province_id}" for name in OF_A_PROVINCE)
    elsewheres = (f"provinces/{elsewhere.province_id}", *lists)
    cases = [*zip(asked, seen, strict=True), *((one, seen[-1]) for one in elsewheres)]
    for path, is_seen in cases:
        answer = api.get(f"central/{path}", token=token)
        assert answer.status_code == (200 if is_seen else absent), (path, answer.content)
        if answer.status_code == 404:
            assert problem_like_absent(answer, api.get("central/provinces/99", token=token))


@pytest.fixture
def problem_like_absent():
    """Tell whether a refusal says no more than that of what does not exist."""

    def same(one, absent):
        kept = ("type", "title", "status", "code", "detail", "retryable", "refusals")
        return [one.json()[name] for name in kept] == [absent.json()[name] for name in kept]

    return same


def test_bodies_are_those_of_the_area(api, place, watchers):
    for role, of in (("PROVINCE", "province_code"), ("DISTRICT", "district_code")):
        items = api.get("central/bodies?limit=1000", token=watchers[role]).json()["items"]
        assert {one[of] for one in items} == {getattr(place, of)}
        assert place.code in [one["code"] for one in items]
    everywhere = api.get("central/bodies?limit=1000", token=watchers["DLA"]).json()["items"]
    assert len({one["province_code"] for one in everywhere}) > 1


def test_provinces_are_the_nation_and_districts_their_province(api, place, watchers, post, consume):
    post(place, "100.00", "23.50")
    post(place, "7.00", day="2026-11-02")
    consume(place)
    nation = api.get(OVERVIEW, token=watchers["DLA"]).json()
    province = api.get(
        f"central/provinces/{place.province_code}?fiscal_year=2570", token=watchers["DLA"]
    ).json()
    own = next(part for part in nation["parts"] if part["code"] == place.province_code)
    assert own["figures"] == province["figures"]
    for answer in (nation, province):
        for figure, amount in (("revenue", "collected"), ("budget", "budget")):
            parts = [Decimal(part["figures"][figure][amount]) for part in answer["parts"]]
            assert sum(parts) == Decimal(answer["figures"][figure][amount])
        for count in ("bodies_total", "bodies_reported"):
            parts = [part["figures"]["revenue"][count] for part in answer["parts"]]
            assert sum(parts) == answer["figures"]["revenue"][count]
    assert Decimal(nation["figures"]["revenue"]["collected"]) >= Decimal("130.50")
    assert nation["figures"]["revenue"]["bodies_total"] > 0


def test_a_month_shows_what_had_been_by_its_end(api, body, officer_of, post, consume):
    token = officer_of(body, "PROVINCE").token

    def collected(month):
        path = f"central/overview?fiscal_year=2570&month={month}"
        return Decimal(api.get(path, token=token).json()["figures"]["revenue"]["collected"])

    before = collected("2026-10"), collected("2026-11")
    post(body, "40.00")
    post(body, "2.00", day="2026-11-02")
    consume(body)
    after = collected("2026-10"), collected("2026-11")
    assert [new - old for old, new in zip(before, after, strict=True)] == [40, 42]


def test_every_figure_says_what_it_stands_for(api, watchers):
    def standing(found):
        if isinstance(found, list):
            return [one for each in found for one in standing(each)]
        if not isinstance(found, dict):
            return []
        is_figure = any(isinstance(v, str) and v[-3:-2] == "." for v in found.values())
        return [found] * is_figure + [one for each in found.values() for one in standing(each)]

    marks = {"complete_to", "bodies_reported", "bodies_total"}
    served = {"complete_to"}  # processes tell of it, whatever the bodies have closed
    for name in OF_AN_AREA:
        answer = api.get(f"central/{name}?fiscal_year=2570", token=watchers["DLA"]).json()
        for figure in standing(answer):
            assert (served if name == "service-levels" else marks) <= set(figure), name


def test_several_appointments_are_their_union(api, place, next_door, elsewhere, officer_of):
    from tests.officers import watch

    officer = officer_of(place, "DISTRICT")

    class There:
        district_code = elsewhere.code

    watch(officer.id, There, "DISTRICT")
    areas = api.get(OVERVIEW, token=officer.token).json()["areas"]
    assert {one["code"] for one in areas} == {place.district_code, elsewhere.code}
    watch(officer.id, place, "PROVINCE")  # it holds the district: nothing counts twice
    areas = api.get(OVERVIEW, token=officer.token).json()["areas"]
    assert {one["code"] for one in areas} == {place.province_code, elsewhere.code}


def test_an_appointment_that_was_taken_away_shows_nothing_at_once(api, place, officer_of):
    from django.utils import timezone

    from tenants.officers.models import Appointment

    officer = officer_of(place, "PROVINCE")
    assert api.get(OVERVIEW, token=officer.token).status_code == 200
    Appointment.objects.filter(officer_id=officer.id).update(ended_at=timezone.now())
    assert api.get(OVERVIEW, token=officer.token).status_code == 404


def test_bodies_are_told_page_by_page(api, watchers):
    whole = api.get("central/bodies?limit=1000", token=watchers["PROVINCE"]).json()["items"]
    found, cursor = [], ""
    while cursor is not None:
        path = f"central/bodies?limit=25{cursor}"
        page = api.get(path, token=watchers["PROVINCE"]).json()
        found += page["items"]
        cursor = page["next"] and f"&cursor={page['next']}"
    assert [one["code"] for one in found] == [one["code"] for one in whole]
    kinds = api.get("central/bodies?kind=PAO", token=watchers["PROVINCE"]).json()["items"]
    assert [one["kind"] for one in kinds] == ["PAO"]


@pytest.mark.parametrize("asked", ["fiscal_year=69", "month=2020-01", "fiscal_year=2570&month=13"])
def test_what_cannot_be_read_is_refused_in_both_languages(api, watchers, asked):
    answer = api.get(f"central/overview?{asked}", token=watchers["DLA"])
    assert answer.status_code == 400
    for refusal in answer.json()["refusals"]:
        assert refusal["message_th"]
        assert refusal["message_en"]
