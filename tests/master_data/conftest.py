"""The department's two officers, and what cells have of master data."""

import uuid
from collections.abc import Callable, Iterator

import pytest


@pytest.fixture(autouse=True)
def _operators_rights(owner_url) -> Iterator[None]:
    """Bringing is the owner's, which a web process cannot."""
    from django.test import override_settings

    from openlaas.database_urls import connection_parameters

    with override_settings(OWNER_PARAMETERS=connection_parameters(owner_url)):
        yield


@pytest.fixture(scope="module")
def place(_unused_bodies):
    """A body whose books nobody else uses."""
    return next(_unused_bodies)


@pytest.fixture(scope="module")
def author(place, officer_of):
    return officer_of(place, "DLA")


@pytest.fixture(scope="module")
def approver(place, officer_of):
    return officer_of(place, "DLA")


@pytest.fixture
def a_code() -> str:
    """A code of a type of expenditure that nobody has."""
    return f"T{uuid.uuid4().hex[:8].upper()}"


@pytest.fixture
def type_row(a_code) -> Callable[..., dict[str, object]]:
    """Build the row that begins a type of expenditure far ahead, below a category there is."""

    def build(**changed: object) -> dict[str, object]:
        return {
            "act": "begin",
            "scheme": "expenditure",
            "code": a_code,
            "from_fiscal_year": 2575,
            "name_th": "ค่าใช้จ่ายทดสอบ",
            "parent": "511000",
            "level": "type",
            **changed,
        }

    return build


@pytest.fixture
def proposed(api, author) -> Callable[..., int]:
    """Propose a version through the API; return its id."""

    def propose(kind: str, *rows: dict[str, object]) -> int:
        asked = {"kind": kind, "title": "ปรับปรุง", "letter": "มท 0808.2/ว 1", "rows": list(rows)}
        answer = api.post("central/master-versions", asked, token=author.token)
        assert answer.status_code == 201, answer.content
        return answer.json()["version"]

    return propose


@pytest.fixture
def approved(api, approver, proposed) -> Callable[..., int]:
    """Propose a version and let the other officer approve it; return its id."""

    def approve(kind: str, *rows: dict[str, object]) -> int:
        version = proposed(kind, *rows)
        path = f"central/master-versions/{version}/approve"
        answer = api.post(path, {}, token=approver.token)
        assert answer.status_code == 200, answer.content
        return version

    return approve


@pytest.fixture
def bring() -> Callable[[], dict[str, str]]:
    from django.utils import timezone

    from tenants.master_data import bringing

    return lambda: bringing.bring_all(now=timezone.now())


@pytest.fixture
def in_cell(body) -> Callable[..., list[tuple[object, ...]]]:
    """Ask the cell of a body, as its owner."""
    from tenants.provisioning.servers import owner_connection

    def ask(query: str, *facts: object) -> list[tuple[object, ...]]:
        with owner_connection(body.cell) as cell:
            found = cell.execute(query, facts)
            return found.fetchall() if found.description else []

    return ask
