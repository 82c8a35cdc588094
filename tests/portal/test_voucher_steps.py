"""Steps of a voucher through its page: of the version that was seen, or of none."""

import re

import pytest
from django.test import Client
from django.utils import timezone


@pytest.fixture
def page_of(body):
    """Send a form of a voucher's page as an officer."""

    def open_as(officer):
        from portal.doors import COOKIE
        from tenants.officers.sign_in import open_sign_in

        token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
        client = Client(SERVER_NAME="localhost")
        client.cookies[COOKIE] = token
        return client

    return open_as


def test_every_step_is_of_the_version_that_was_seen(api, body, officer_of, page_of, entry):
    accountant, director = officer_of(body), officer_of(body, "FIN_DIRECTOR")
    at = f"bodies/{body.code}/general-vouchers"
    voucher = api.post(at, entry("7.00"), token=accountant.token).json()["id"]
    address = f"/b/{body.code}/vouchers/{voucher}"
    checker, poster = page_of(director), page_of(accountant)
    seen = _versions(checker.get(address))
    assert seen == {"1"}, "every form carries the version that the page shows"
    changed = entry("70000.00", description="ที่แก้แล้ว")
    api.put(f"{at}/{voucher}", changed, token=accountant.token, **{"If-Match": '"1"'})

    for step in ("check", "cancel"):
        stale = checker.post(f"{address}/{step}", {"version": "1", "note": "เหตุผล"})
        assert stale.status_code == 412
        words = stale.content.decode()
        assert "เอกสารถูกแก้หลังจากที่ท่านเปิดดู" in words
        assert "70,000.00" in words
        assert "ที่แก้แล้ว" in words
        assert _versions(stale) == {"2"}
    assert checker.post(f"{address}/check", {"version": "2"}).status_code == 302
    for step in ("post", "return"):
        assert poster.post(f"{address}/{step}", {"version": "2", "note": "x"}).status_code == 412
    for version in ("", "x", "-1", "9" * 30):
        assert poster.post(f"{address}/post", {"version": version}).status_code == 412
    assert poster.post(f"{address}/post", {"version": "3"}).status_code == 302
    assert "JV-00001/70" in poster.get(address).content.decode()


def _versions(response) -> set[str]:
    return set(re.findall(r'name="version" value="([^"]*)"', response.content.decode()))
