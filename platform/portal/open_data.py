"""Open data (ข้อมูลเปิด): for anybody, without signing in, kept by caches on the way."""

import gzip
import re
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from portal.replies import show
from tenants.open_data import queries
from tenants.open_data.columns import FORMATS, TABLES, columns_of

_Response = TypeVar("_Response", bound=HttpResponseBase)
_SOME_GZIP = re.compile(r"gzip;q=(1(\.0{0,3})?|0\.(?!0+$)[0-9]{1,3})")
_KEPT_FOR_SECONDS = 3600  # files are made once a night
_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
LICENCE = {
    "name": "ODC-By-1.0",
    "title": "Open Data Commons Attribution License 1.0",
    "path": "https://opendatacommons.org/licenses/by/1-0/",
}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the files, and what each of their columns means."""
    facts = {
        "files": queries.listing(),
        "tables": [(table, columns_of(table)) for table in TABLES],
        "licence": LICENCE,
    }
    return show(request, "open_data.html", facts)


@require_safe
def package(request: HttpRequest) -> HttpResponse:
    """Describe the files for programs, as a Frictionless Data Package."""
    resources = [_resource(request, one) for one in queries.listing()]
    described = {
        "name": "openlaas-budgets-and-outcomes",
        "title": "Budgets and outcomes of Thai local administrative organisations",
        "licenses": [LICENCE],
        "resources": resources,
    }
    return _public(JsonResponse(described))


@require_safe
def file(request: HttpRequest, fiscal_year: int, table: str, kind: str) -> HttpResponseBase:
    """Send a file, or that the reader's is still the newest.

    Raises:
        Http404: there is no such file.
    """
    if table not in TABLES or kind not in FORMATS:
        raise Http404
    mark = queries.mark_of(fiscal_year, f"{table}.{kind}")
    if mark is None:
        raise Http404
    is_small = _takes_gzip(request)
    etag = quote_etag(f"{mark.sha256}-gzip" if is_small else mark.sha256)
    modified = int(mark.made_at.timestamp())
    response = _public(HttpResponse(content_type=_TYPES[kind]))
    response["ETag"], response["Last-Modified"] = etag, http_date(modified)
    patch_vary_headers(response, ["Accept-Encoding"])
    answer = get_conditional_response(request, etag, modified, response)
    if answer is not None and answer is not response:
        return _public(answer)  # the reader's is the newest: only that is said
    content = queries.compressed(mark.sha256)
    if content is None:  # made anew between two questions: the reader asks again
        raise Http404
    if is_small:
        response.content, response["Content-Encoding"] = content, "gzip"
    else:
        response.content = gzip.decompress(content)
    return response


def _takes_gzip(request: HttpRequest) -> bool:
    """Tell whether the reader takes gzip; ``gzip;q=0`` says that they do not."""
    offered = request.headers.get("Accept-Encoding", "").lower().replace(" ", "").split(",")
    return any(one == "gzip" or _SOME_GZIP.fullmatch(one) for one in offered)


def _public(response: _Response) -> _Response:
    """Let every cache keep it, and scripts of other sites read it: it is everybody's."""
    response["Cache-Control"] = f"public, max-age={_KEPT_FOR_SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _resource(request: HttpRequest, listed: queries.Listed) -> dict[str, Any]:
    table, _, kind = listed.name.partition(".")
    address = reverse("open_data_file", args=[listed.fiscal_year, table, kind])
    fields = [
        {"name": column.name, "type": column.kind, "title": column.title_en}
        for column in columns_of(table)
    ]
    return {
        "name": f"{table}-{listed.fiscal_year}-{kind}",
        "path": request.build_absolute_uri(address),
        "format": kind,
        "encoding": "utf-8",
        "bytes": listed.size,
        "schema": {"fields": fields, "primaryKey": ["body_code", "fiscal_year"]},
        "complete_to": listed.complete_to,
        "bodies": listed.bodies,
    }
