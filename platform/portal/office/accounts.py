"""Searching the chart while typing; without JavaScript, a page of its own."""

import json
import re

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounting.chart import queries
from accounting.fiscal_year import fiscal_year_of
from portal.doors import Visit, in_body
from portal.replies import show
from tenants.transactions import tenant_transaction
from thai.baht import arabic_digits

_SHOWN_IN_LIST, _SHOWN_ON_PAGE, _FOUND_AT_MOST = 12, 100, 400
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = 100


@require_safe
@in_body
def search(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Find postable accounts by the first digits of the code, or a part of the name."""
    words = plain_words(request)
    in_list = "HX-Request" in request.headers
    limit = _SHOWN_IN_LIST if in_list else _SHOWN_ON_PAGE
    with tenant_transaction(visit.body, read_only=True):
        found = json.loads(
            queries.accounts(
                fiscal_year=fiscal_year_of(timezone.localdate()),
                postable=True,
                q=words,
                limit=_FOUND_AT_MOST,
            )
        )["items"]
    if not words[:1].isdigit():
        # Who types "ภาษีป้าย" means "รายได้ภาษีป้าย" before "หนี้สงสัยจะสูญ - ลูกหนี้ภาษีป้าย".
        found.sort(key=lambda account: _distance(account["name_th"], words))
    facts = {
        "visit": visit,
        "words": words,
        "accounts": found[:limit],
        "has_more": len(found) > limit,
    }
    return show(request, "account_options.html" if in_list else "account_search.html", facts)


def plain_words(request: HttpRequest) -> str:
    """Return what was typed to search for, in 0-9, without what no text of ours holds."""
    return _CONTROL.sub("", arabic_digits(request.GET.get("q", "")))[:_LONGEST].strip()


def _distance(name: str, words: str) -> tuple[bool, int]:
    """Return how far a name is from the words: those that begin with them first, then by length."""
    return not name.startswith(words), len(name)
