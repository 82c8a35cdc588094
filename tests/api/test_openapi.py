"""The OpenAPI document is valid and lists every path of the API."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

# Not operations of the API: the document itself and its pages.
EXEMPT = {"/api/v1/schema", "/api/v1/docs"}
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def routes(resolver: URLResolver, prefix: str = "/") -> dict[str, URLPattern]:
    found: dict[str, URLPattern] = {}
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found |= routes(pattern, path)
        else:
            found[PARAMETER.sub(r"{\1}", path)] = pattern
    return found


@pytest.fixture(scope="module")
def document(api):
    import yaml

    answer = api.get("schema")
    assert answer.status_code == 200
    return yaml.safe_load(answer.content)


def api_routes() -> dict[str, URLPattern]:
    return {path: p for path, p in routes(get_resolver()).items() if path.startswith("/api/")}


def test_the_document_is_valid(document):
    from drf_spectacular.validation import validate_schema

    validate_schema(document)
    assert document["openapi"].startswith("3.")


def test_it_is_put_together_once_for_each_format(api, monkeypatch):
    from drf_spectacular.generators import SchemaGenerator

    first = {kind: api.get("schema", Accept=kind) for kind in ("application/json", "*/*")}
    monkeypatch.setattr(SchemaGenerator, "get_schema", None)  # made again, it would fail
    for kind, answer in first.items():
        again = api.get("schema", Accept=kind)
        assert (again.status_code, again.content) == (200, answer.content)
        assert again["Content-Type"] == answer["Content-Type"]
    assert first["application/json"].json()["openapi"].startswith("3.")


def test_making_the_document_warns_of_nothing(capsys):
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.generators import SchemaGenerator

    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(public=True)
    assert not GENERATOR_STATS, capsys.readouterr().err


def test_every_path_of_the_api_is_in_the_document(document):
    paths = set(api_routes())
    assert paths >= EXEMPT
    assert set(document["paths"]) == paths - EXEMPT


def test_every_method_of_every_path_is_in_the_document(document):
    for path, pattern in api_routes().items():
        if path in EXEMPT:
            continue
        view = pattern.callback.view_class
        methods = {m for m in ("get", "post", "put", "patch", "delete") if hasattr(view, m)}
        assert set(document["paths"][path]) & {"get", "post", "put", "patch", "delete"} == methods


def test_every_operation_tells_how_it_is_signed_and_how_it_fails(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            statuses = set(operation["responses"])
            assert operation["summary" if "summary" in operation else "description"], where
            if path == "/api/v1/auth/tokens" and method == "post":
                assert "security" not in operation or operation["security"] == [{}], where
            else:
                assert operation["security"] == [{"bearer": []}], where
            assert "401" in statuses, where
            if "{body_code}" in path:
                assert {"404", "503"} <= statuses, where
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"], where


def test_posting_says_that_it_needs_an_idempotency_key(document):
    operation = document["paths"]["/api/v1/bodies/{body_code}/journal-entries"]["post"]
    headers = {p["name"]: p for p in operation["parameters"] if p["in"] == "header"}
    assert headers["Idempotency-Key"]["required"] is True


def test_the_pages_need_no_network(api):
    page = api.get("docs")
    assert page.status_code == 200
    assert not re.search(rb'(?:src|href)="(?:https?:)?//', page.content)
