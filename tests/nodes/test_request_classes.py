"""Every address of the program has the class of work that it is."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from openlaas.request_classes import RequestClass, body_of, class_of

BODY = "/api/v1/bodies/5110101"


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/healthz", "health"),
        ("GET", "/metrics", "health"),
        ("GET", "/static/portal/app.css", "static"),
        ("GET", "/sign-in", "sign_in"),
        ("POST", "/sign-in/second-step", "sign_in"),
        ("POST", "/api/v1/auth/tokens", "sign_in"),
        ("POST", f"{BODY}/journal-entries", "posting"),
        ("POST", f"{BODY}/journal-entries/bulk", "import"),
        ("PUT", f"{BODY}/vouchers/1", "posting"),
        ("DELETE", "/b/5110101/vouchers/1.pdf", "posting"),
        ("GET", f"{BODY}/journal-entries", "reading"),
        ("GET", f"{BODY}/documents/JV-1/pdf", "report"),
        ("GET", f"{BODY}/documents/JV-1/attachments/1", "reading"),
        ("GET", f"{BODY}/cheque-reports/1/bank-file", "report"),
        ("GET", f"{BODY}/withholding-tax/returns/1/file", "report"),
        ("GET", f"{BODY}/trial-balance", "reading"),
        ("GET", "/b/5110101/trial-balance.xlsx", "report"),
        ("HEAD", "/b/5110101/dika/1.pdf", "report"),
        ("GET", "/b/5110101/withholding-returns/1.txt", "report"),
        ("GET", "/b/5110101/journal", "reading"),
        ("GET", "/api/v1/schema", "report"),
        ("GET", "/", "reading"),
        ("POST", "/sign-out", "posting"),
        ("GET", "/b/5110101/a\nb", "posting"),
    ],
)
def test_a_request_is_of_the_class_that_its_method_and_path_tell(method, path, kind):
    assert class_of(method=method, path=path) == RequestClass(kind)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (BODY, "5110101"),
        (f"{BODY}/periods", "5110101"),
        ("/b/5110101/", "5110101"),
        ("/b/5110101/journal/new", "5110101"),
        ("/bodies", None),
        ("/", None),
        ("/api/v1/me", None),
    ],
)
def test_a_path_names_its_body(path, code):
    assert body_of(path) == code


def test_everything_that_answers_with_a_file_is_a_report():
    """So that a new paper or workbook is not forgotten: their names end alike everywhere."""
    found = {path for path in _paths(get_resolver().url_patterns) if _makes_a_file(path)}
    assert len(found) > 15
    wrong = [path for path in found if class_of(method="GET", path=path) != RequestClass.REPORT]
    assert wrong == []


def _makes_a_file(path: str) -> bool:
    return path.endswith((".pdf", ".xlsx", ".txt", ".csv", "/pdf", "/file", "/bank-file"))


def _paths(patterns: list[URLPattern | URLResolver], before: str = "/") -> list[str]:
    found = []
    for one in patterns:
        path = before + str(one.pattern)
        found += _paths(one.url_patterns, path) if isinstance(one, URLResolver) else [path]
    return found
