"""One office for a module, and its pages."""

from functools import partial

import pytest

from tests.disbursement.office import Office
from tests.journal.conftest import exported  # noqa: F401 - archives are written here too
from tests.officers import OnDemand


@pytest.fixture(scope="module")
def new_office(_unused_bodies, api, officer_of, as_owner):
    """Make an office with an officer of each role."""

    def make() -> Office:
        body = next(_unused_bodies)
        officers = OnDemand(lambda name: officer_of(body, name.partition("#")[0]))
        office = Office(body=body, api=api, officers=officers, as_owner=as_owner)
        office.done("divisions", {"code": "03", "name_th": "สำนักปลัด"}, "CLERK_LAO")
        return office

    return make


@pytest.fixture(scope="module")
def office(new_office) -> Office:
    """One office for a module: tests take lines and vouchers of their own."""
    return new_office()


@pytest.fixture
def page(office, page_of):
    """Open a page of the module's office as the officer of a role."""
    return page_of(office)


@pytest.fixture(scope="module")
def page_of():
    """Open pages of an office."""
    from django.test import Client
    from django.utils import timezone

    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    def fetch(office: Office, role: str, path: str) -> str:
        officer = office.officers[role]
        token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
        client = Client(SERVER_NAME="localhost")
        client.cookies[COOKIE] = token
        answer = client.get(f"/b/{office.body.code}/{path}")
        assert answer.status_code == 200, (path, answer.status_code)
        if answer["Content-Type"] == "application/pdf":
            return "PDF"
        return answer.content.decode()

    return lambda office: partial(fetch, office)
