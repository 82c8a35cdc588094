"""Every endpoint has a budget, and a request that takes more than its own is seen."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests import budgets

POSTING = "POST /api/v1/bodies/<str:body_code>/journal-entries"


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path


def test_every_route_of_the_api_has_a_budget():
    """Pages that only a browser's test asks, of a server beside the tests, have none."""
    known = {endpoint.partition(" /")[2] for endpoint in budgets.budgets()}
    ours = {route for route in routes(get_resolver()) if route.startswith("api/v1/")}
    assert ours - known == set()


@pytest.mark.parametrize(
    ("used", "told"),
    [
        ((4, 4, 1000), []),
        ((5, 0, 0), ["took 5 messages, its budget is 4"]),
        ((0, 5, 0), ["took 5 statements, its budget is 4"]),
        ((9, 9, 0), ["took 9 messages, its budget is 4", "took 9 statements, its budget is 4"]),
        ((0, 0, 10_000_000), ["took 9766 kilobytes, its budget is 117"]),
    ],
)
def test_what_takes_more_than_its_budget_is_told(used, told):
    assert [one.removeprefix(f"{POSTING} ") for one in budgets.reasons(POSTING, *used)] == told


def test_what_has_no_budget_is_told():
    assert list(budgets.reasons("GET /new", 0, 0, 0)) == ["GET /new has no budget in budgets.csv"]


def test_every_request_of_a_test_is_noted(body, officer_of, api, monkeypatch):
    taken: list[str] = []
    monkeypatch.setattr(budgets, "note", lambda endpoint, *_: taken.append(endpoint))
    api.get(f"bodies/{body.code}/journal-entries", token=officer_of(body).token)
    assert taken == ["GET /api/v1/bodies/<str:body_code>/journal-entries"]
