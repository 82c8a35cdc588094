"""Those who watch over a place, those who work there, and what is announced to them."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

_WITHDRAW = """
INSERT INTO announcement_withdrawal (announcement_id, officer_id, reason, withdrawn_at)
SELECT a.id, a.officer_id, 'จบการทดสอบ', a.announced_at FROM announcement a
 WHERE NOT EXISTS (SELECT FROM announcement_withdrawal w WHERE w.announcement_id = a.id)
"""


@pytest.fixture(scope="module", autouse=True)
def _others_hear_nothing() -> Iterator[None]:
    """Leave nothing in force: it would stand on the home pages of other tests' bodies."""
    from django.db import connection

    yield
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAW)


@pytest.fixture(scope="session")
def announcement() -> Callable[..., dict[str, object]]:
    """Build an announcement of today and a week, to all of the office's area."""

    def build(**changed: object) -> dict[str, object]:
        today = timezone.localdate()
        return {
            "title": "แจ้งกำหนดการปิดบัญชี",
            "text": "ให้ปิดบัญชีประจำเดือน\nภายในวันที่ 5",
            "from_date": today.isoformat(),
            "until_date": (today + timedelta(days=7)).isoformat(),
            **changed,
        }

    return build


@pytest.fixture(scope="module")
def place(_unused_bodies):
    """A body of a district, in whose province there are books of another kind of body."""
    from tenants.directory.queries import bodies_with_books

    return next(
        one
        for one in _unused_bodies
        if one.district_code
        and any(
            other.province_code == one.province_code and other.kind != one.kind
            for other in bodies_with_books()
        )
    )


@pytest.fixture(scope="module")
def neighbour(place):
    """A body of another kind in the same province, whoever uses it besides."""
    from tenants.directory.queries import bodies_with_books

    return next(
        one
        for one in bodies_with_books()
        if one.province_code == place.province_code and one.kind != place.kind
    )


@pytest.fixture(scope="module")
def tokens(place, officer_of):
    """Tokens of those who watch over the place, by role, and of those who work there."""
    roles = ("DLA", "OAG", "PROVINCE", "DISTRICT", "ACCOUNTANT", "FIN_DIRECTOR")
    return {role: officer_of(place, role).token for role in roles} | {"nobody": ""}


@pytest.fixture(scope="module")
def elsewhere(place):
    """A district of another province."""
    from tenants.models import District

    return District.objects.exclude(province_id=place.province_code).order_by("code").first()


@pytest.fixture(scope="module")
def governor(elsewhere, officer_of) -> str:
    """The token of an officer of another province."""

    class There:
        code = elsewhere.code
        province_code = elsewhere.province_id

    return officer_of(There, "PROVINCE").token


@pytest.fixture
def refused(problem) -> Callable[[object, int], set[str]]:
    """Return the codes of the reasons of a refusal of the status, with where they point."""

    def read(answer: object, status: int) -> set[str]:
        found = problem(answer, status)["refusals"]
        return {f"{one['code']} {one['pointer']}".strip() for one in found}

    return read


@pytest.fixture
def problem() -> Callable[[object, int], dict[str, object]]:
    def read(answer: object, status: int) -> dict[str, object]:
        assert answer.status_code == status, answer.content[:1000]
        return answer.json()

    return read


@pytest.fixture
def browser_of(officer_of):
    """Open a browser that an officer has signed in with."""

    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    def signed_in(body, role):
        browser = Client(SERVER_NAME="localhost")
        browser.cookies[COOKIE], _ = open_sign_in(
            officer_id=officer_of(body, role).id, kind="portal", now=timezone.now()
        )
        return browser

    return signed_in
