"""With the measure "dashboards" the centre's answers are asked for once in a while."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tenants.admission.measures import What
from tenants.admission.policy import end, put_in_force
from tenants.admission.reading_measures import Asked
from tenants.rollups.answers import KEPT_FOR, Kept

OVERVIEW = "central/overview?fiscal_year=2570"


@pytest.fixture
def seldom():
    """Answers are asked for seldom until what is returned is called, or the test ends."""

    def over() -> None:
        end(what=What.DASHBOARDS, ended_by="tester", now=timezone.now())

    asked = Asked(what=What.DASHBOARDS, settings={})
    put_in_force(asked=asked, reason="a test", set_by="tester", now=timezone.now())
    yield over
    over()


def test_the_centre_is_told_what_was_known_until_the_measure_ends(
    api, body, officer_of, post, consume, seldom
):
    consume(body)  # what other tests left to tell of this cell
    tokens = {role: officer_of(body, role).token for role in ("DLA", "PROVINCE")}

    def entries(role: str) -> int:
        answer = api.get(OVERVIEW, token=tokens[role])
        assert answer.status_code == 200
        return answer.json()["figures"]["entries"]["entries"]

    nation = entries("DLA")
    post(body, "41.00")
    consume(body)
    assert entries("DLA") == nation
    province = entries("PROVINCE")  # nobody asked for this one before: it is asked for now
    seldom()
    assert entries("DLA") == nation + 1
    assert entries("PROVINCE") == province


def test_what_one_area_is_told_is_not_kept_for_another(api, body, officer_of, seldom):
    told = {
        role: api.get(OVERVIEW, token=officer_of(body, role).token).json()["areas"]
        for role in ("DLA", "PROVINCE", "DISTRICT")
    }
    assert [one[0]["level"] for one in told.values()] == ["N", "P", "D"]


def test_every_answer_of_the_centre_can_be_kept(api, body, officer_of, seldom):
    token = officer_of(body, "DLA").token
    for name in (
        *("bodies", "budget-execution", "revenue", "closing-progress", "national-tables"),
        *(
            "ranking?by=disbursed&limit=2",
            "outliers?limit=2",
            "activity",
            "service-levels",
            "position",
        ),
        f"bodies/{body.code}/peers",
    ):
        first, again = (api.get(f"central/{name}", token=token) for _ in range(2))
        assert (first.status_code, again.status_code) == (200, 200), name
        assert again.content == first.content, name
    page = api.get("central/ranking?by=disbursed&limit=2", token=token).json()
    if page["next"]:
        onward = api.get(f"central/ranking?by=disbursed&limit=2&cursor={page['next']}", token=token)
        assert onward.status_code == 200


def test_who_may_see_it_is_asked_every_time(api, body, officer_of, seldom):
    token = officer_of(body, "DLA").token
    assert api.get(OVERVIEW, token=token).status_code == 200
    assert api.delete("auth/tokens", token=token).status_code == 204
    assert api.get(OVERVIEW, token=token).status_code == 401


def test_an_answer_is_kept_for_minutes_whatever_the_clock_says_in_the_question():
    kept, now, query = Kept(), timezone.now(), "SELECT clock_timestamp()::text, %(now)s, %(area)s"
    first = kept.of(query, {"now": now, "area": "10"}, now=now)
    later = now + KEPT_FOR - timedelta(seconds=1)
    assert kept.of(query, {"now": later, "area": "10"}, now=later) == first
    assert kept.of(query, {"now": later, "area": "11"}, now=later) != first
    after = now + KEPT_FOR
    assert kept.of(query, {"now": after, "area": "10"}, now=after) != first


def test_not_more_answers_are_kept_than_fit():
    kept, now = Kept(), timezone.now()
    query = "SELECT clock_timestamp()::text, %(area)s"
    first = kept.of(query, {"area": 0}, now=now)
    for number in range(1, 257):
        kept.of(query, {"area": number}, now=now)
    assert kept.of(query, {"area": 0}, now=now) != first
