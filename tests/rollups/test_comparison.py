"""Bodies compared at one moment: what is kept of it, who is told, and what of others never is."""

import base64
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tenants.models import Body, BodyCompared, Comparison, RollupBody
from tenants.rollups import comparing
from tenants.rollups.kept import run

YEAR = 2574  # a year of no other test's figures
APRIL = datetime(2031, 4, 20, 9, tzinfo=ZoneInfo("Asia/Bangkok"))  # six of its months have ended
KIND = "TOGETHER"
RICH = 10**11  # whatever other tests took out of the same bodies, cash is not below nothing


@pytest.fixture(scope="module")
def field(_unused_bodies, consume_all):
    """Twelve bodies of a kind: the n-th spent n % and collected 50 %; all closed five months.

    They are of whatever kinds, but the centre counts them as one of their own.
    """
    consume_all()
    first = next(one for one in _unused_bodies if one.district_code)
    live = Body.objects.filter(places__use="live", is_training=False).exclude(code=first.code)
    near = live.filter(province_id=first.province_code).order_by("code")
    far = live.exclude(province_id=first.province_code).order_by("code")
    chosen = [Body.objects.get(code=first.code), *near, *far][:12]
    kinds = {one.body_id: one.kind for one in RollupBody.objects.all()}
    RollupBody.objects.filter(body_id__in=[one.id for one in chosen]).update(kind=KIND)
    for number, body in enumerate(chosen, start=1):
        run(
            "INSERT INTO rollup_total (body_id, fiscal_year, budget, disbursed, estimated,"
            " collected, closed, cash) VALUES (%s, %s, 10000, %s, 100, 50, 5, %s)",
            [body.id, YEAR, number * 100, RICH],
        )
    yield first, chosen
    for body in chosen:
        RollupBody.objects.filter(body_id=body.id).update(kind=kinds[body.id])
    for table in ("rollup_total", "comparison", "peer_group", "body_compared"):
        run(f"DELETE FROM {table} WHERE fiscal_year = %s", [YEAR])


@pytest.fixture(scope="module")
def consume_all(owner_url):
    """Let the consumers of all cells do their rounds: every body has a cursor then."""
    from django.test import override_settings

    from openlaas.database_urls import connection_parameters
    from tenants.rollups import following

    def run_all():
        with override_settings(OWNER_PARAMETERS=connection_parameters(owner_url)):
            following.once(only=[])

    return run_all


@pytest.fixture
def told(field):
    """Compare, and return what is kept of the n-th body."""
    _, chosen = field

    def compare(now=APRIL):
        assert comparing.compare(fiscal_year=YEAR, now=now) is not None
        kept = {one.body_id: one for one in BodyCompared.objects.filter(fiscal_year=YEAR)}
        return [kept[body.id] for body in chosen]

    return compare


@pytest.fixture(scope="module")
def token(field, officer_of):
    roles = ("DLA", "PROVINCE", "DISTRICT", "ACCOUNTANT")
    return {role: officer_of(field[0], role).token for role in roles}


def set_total(body, **columns):
    words = ", ".join(f"{name} = %s" for name in columns)
    query = f"UPDATE rollup_total SET {words} WHERE fiscal_year = {YEAR} AND body_id = %s"
    assert run(query, [*columns.values(), body.id]) == 1


def test_a_body_is_told_beside_its_peers_and_of_them_only_sums(api, field, told, token):
    first, chosen = field
    told()
    path = f"central/bodies/{first.code}/peers?fiscal_year={YEAR}"
    answer = api.get(path, token=token["PROVINCE"])
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert found["body"]["code"] == first.code
    assert found["figures"]["disbursed"] == "100.00"
    peers = {"kind": KIND, "size_class": 1, "size_classes": 1, "bodies": 12}
    assert found["peers"] == peers
    spent = found["measures"]["spent_percent"]
    shown = [spent[name] for name in ("value", "lower_quartile", "median", "upper_quartile")]
    assert shown == ["1.00", "3.75", "6.50", "9.25"]
    assert (spent["rank"], spent["peers"], spent["bodies_total"]) == (12, 12, 12)
    assert found["measures"]["closing_lag"]["value"] == "1"
    for other in chosen[1:]:
        assert other.code not in answer.content.decode()


# The own body, one next door in the same province, and one of another province.
SEEN = {
    "DLA": (True, True, True),
    "PROVINCE": (True, True, False),
    "DISTRICT": (True, False, False),
    "ACCOUNTANT": (False, False, False),
    "nobody": (False, False, False),
}


@pytest.mark.parametrize("role", SEEN)
def test_each_sees_the_peers_of_bodies_of_their_area_only(api, field, told, token, role):
    first, _ = field
    others = Body.objects.exclude(is_training=True)
    next_door = others.filter(province_id=first.province_code, district__isnull=False).exclude(
        district_id=first.district_code
    )
    elsewhere = others.exclude(province_id=first.province_code)
    absent = 401 if role == "nobody" else 404
    asked = (first, next_door.order_by("code").first(), elsewhere.order_by("code").first())
    for body, is_seen in zip(asked, SEEN[role], strict=True):
        answer = api.get(f"central/bodies/{body.code}/peers", token=token.get(role, ""))
        assert answer.status_code == (200 if is_seen else absent), body.code
    assert api.get("central/bodies/9999999/peers", token=token["DLA"]).status_code == 404


def test_a_body_without_a_budget_has_no_peers(api, field, told, token):
    _, chosen = field
    set_total(chosen[3], budget=0, disbursed=0)
    try:
        told()
        path = f"central/bodies/{chosen[3].code}/peers?fiscal_year={YEAR}"
        found = api.get(path, token=token["DLA"]).json()
        assert (found["peers"], found["measures"]["spent_percent"]) == (None, None)
        assert [one["code"] for one in found["reasons"]] == ["no_budget"]
        assert found["measures"]["closing_lag"]["rank"] is None
    finally:
        set_total(chosen[3], budget=10000, disbursed=400)


def test_out_of_line_comes_the_gravest_first_and_page_by_page(api, field, told, token):
    first, chosen = field
    set_total(chosen[5], cash=-(10**12))
    set_total(chosen[7], closed=0)
    set_total(chosen[8], closed=3)
    try:
        kept = told()
        assert [bool(one.gravity) for one in kept] == [
            *(True, True, True, False, False, True, False, True, True, False, False, False),
        ]
        for role in ("DLA", "PROVINCE"):
            found, cursor = [], ""
            while cursor is not None:
                path = f"central/outliers?fiscal_year={YEAR}&limit=2{cursor}"
                page = api.get(path, token=token[role]).json()
                found += page["items"]
                cursor = page["next"] and f"&cursor={page['next']}"
            gravities = [one["gravity"] for one in found]
            assert gravities == sorted(gravities, reverse=True)
            codes = [one["code"] for one in found]
            assert len(codes) == len(set(codes))
            seen = {chosen[n] for n in (0, 1, 2, 5, 7, 8)}
            own = {one.code for one in seen if one.province_id == first.province_code}
            assert ({one.code for one in seen} if role == "DLA" else own) <= set(codes)
            assert not {chosen[n].code for n in (3, 4, 6, 9, 10, 11)} & set(codes)
            if role == "DLA":
                # Other tests may have left a body that is graver still.
                own_codes = [code for code in codes if code in {one.code for one in seen}]
                assert own_codes[0] == chosen[5].code
                gravest = found[codes.index(own_codes[0])]
                assert gravest["reasons"][0]["code"] == "cash_below_nothing"
        asked = f"central/outliers?fiscal_year={YEAR}&limit=1000"
        seen = {
            one["district_code"] for one in api.get(asked, token=token["DISTRICT"]).json()["items"]
        }
        assert seen <= {first.district_code}
        narrow = api.get(f"{asked}&province={first.province_code}", token=token["DLA"]).json()
        assert {one["province_code"] for one in narrow["items"]} == {first.province_code}
    finally:
        set_total(chosen[5], cash=RICH)
        set_total(chosen[7], closed=5)
        set_total(chosen[8], closed=5)


@pytest.mark.parametrize("written", ["", "5", "-5 x", "5 nobody", "9999999999 " + "0" * 32])
def test_a_cursor_that_no_page_made_is_refused(api, token, written):
    cursor = base64.urlsafe_b64encode(written.encode()).decode()
    assert api.get(f"central/outliers?cursor={cursor}", token=token["DLA"]).status_code == 400


def test_what_did_not_move_is_not_written_again(field, told):
    _, chosen = field
    told()
    query = "SELECT body_id, xmin::text FROM body_compared WHERE fiscal_year = %s"
    from tenants.rollups.kept import rows

    before = dict(rows(query, [YEAR]))
    set_total(chosen[11], cash=-(10**12))
    try:
        told()
        after = dict(rows(query, [YEAR]))
        assert {id_ for id_ in after if after[id_] != before[id_]} == {chosen[11].id}
    finally:
        set_total(chosen[11], cash=RICH)


def test_a_body_that_is_counted_no_more_is_compared_no_more(field, told):
    _, chosen = field
    told()
    RollupBody.objects.filter(body_id=chosen[2].id).update(is_counted=False)
    try:
        comparing.compare(fiscal_year=YEAR, now=APRIL)
        assert not BodyCompared.objects.filter(fiscal_year=YEAR, body_id=chosen[2].id).exists()
    finally:
        RollupBody.objects.filter(body_id=chosen[2].id).update(is_counted=True)


def test_it_is_done_when_it_is_due_for_this_year_and_the_last(field):
    try:
        first = APRIL + timedelta(days=1)
        assert [one.fiscal_year for one in comparing.compare_if_due(first)] == [YEAR, YEAR - 1]
        soon = first + comparing.BETWEEN - timedelta(seconds=1)
        assert comparing.compare_if_due(soon) == []
        later = first + comparing.BETWEEN
        assert [one.fiscal_year for one in comparing.compare_if_due(later)] == [YEAR, YEAR - 1]
        assert Comparison.objects.get(fiscal_year=YEAR).compared_at == later
    finally:
        for table in ("comparison", "peer_group", "body_compared"):
            run(f"DELETE FROM {table} WHERE fiscal_year = %s", [YEAR - 1])


def test_the_last_year_is_compared_only_when_it_was_closed(field, told):
    _, chosen = field
    last = (
        "INSERT INTO rollup_total (body_id, fiscal_year, collected, closed) VALUES (%s, %s, 10, %s)"
    )
    for body, closed in zip(chosen, (12, 11), strict=False):
        run(last, [body.id, YEAR - 1, closed])
    try:
        codes = [[reason["code"] for reason in one.reasons] for one in told()[:2]]
        assert ["revenue_jump" in one for one in codes] == [True, False]
    finally:
        run("DELETE FROM rollup_total WHERE fiscal_year = %s", [YEAR - 1])
