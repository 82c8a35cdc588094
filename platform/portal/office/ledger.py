"""An account's ledger (บัญชีแยกประเภท): its lines and running balance, and choosing an account."""

import json
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounting.chart import queries as chart
from accounting.fiscal_year import first_day, fiscal_year_of, month_after
from accounting.journal import reports
from accounting.journal.reports import UNCLOSED_RESULT_ACCOUNT, LedgerPosition
from portal.doors import Visit, in_body
from portal.office.accounts import plain_words
from portal.office.known import Known, known_asked
from portal.replies import show
from tenants.transactions import tenant_transaction
from thai import buddhist
from thai.baht import arabic_digits

_PAGE = 50  # lines
_FOUND_AT_MOST = 100
ACCOUNT = re.compile(r"[0-9]{10}\.[0-9]{3}(\.[0-9]{2})?")
_TYPED_ACCOUNT = re.compile(r"\s*([0-9]{10})\.?([0-9]{3})(\.[0-9]{2})?(?![0-9])")
_POSITION = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{1,18})/([0-9]{1,4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days that a ledger shows, both inclusive; ``errors`` by field when they were mistyped."""

    first: date
    last: date
    known: Known = field(default_factory=Known)
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """Return the days, and as of which moment, as addresses carry them."""
        days = {"from": self.first.isoformat(), "to": self.last.isoformat()}
        return urlencode(days | self.known.query)


@require_safe
@in_body
def ledger(request: HttpRequest, visit: Visit, account: str) -> HttpResponse:
    """Show a page of an account's lines; ``at`` is where the page before ended."""
    if not ACCOUNT.fullmatch(account):
        raise Http404
    span, start = span_asked(request), _position_asked(request)
    with tenant_transaction(visit.body, read_only=True):
        found = json.loads(
            reports.ledger(
                account=account,
                from_date=span.first,
                to_date=span.last,
                limit=_PAGE,
                start=start,
                as_known_at=span.known.at,
            )
        )
    if found["name_th"] is None:
        raise Http404
    facts = {
        "visit": visit,
        "ledger": found,
        "span": span,
        "balance": _report_of(visit, span),
        "is_first": start is None,
        "totals": None if start or found["next"] else _totals(found),
        "holds_unclosed_result": account == UNCLOSED_RESULT_ACCOUNT,
    }
    return show(request, "ledger.html", facts, status=422 if span.errors else 200)


@require_safe
@in_body
def choose(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Go to the ledger of the code typed, or list the accounts that the words may mean."""
    span = span_asked(request)
    words = plain_words(request)
    if not span.errors and (match := _TYPED_ACCOUNT.match(words)):
        address = reverse("ledger", args=[visit.path, f"{match[1]}.{match[2]}{match[3] or ''}"])
        return HttpResponseRedirect(f"{address}?{span.query}")
    with tenant_transaction(visit.body, read_only=True):
        found = json.loads(chart.accounts(postable=True, q=words, limit=_FOUND_AT_MOST))
    facts = {
        "visit": visit,
        "words": words,
        "accounts": found["items"],
        "has_more": found["next"] is not None,
        "span": span,
    }
    return show(request, "ledger_choice.html", facts, status=422 if span.errors else 200)


def span_asked(request: HttpRequest) -> Span:
    """Return the days asked for, of either era; else the fiscal year that runs."""
    this_year = fiscal_year_of(timezone.localdate())
    days = {"from": first_day(this_year), "to": first_day(this_year + 1) - timedelta(days=1)}
    typed = {name: arabic_digits(request.GET.get(name, "")).strip() for name in days}
    errors = {}
    for name, text in typed.items():
        if day := buddhist.typed_day(text):
            days[name] = day
        elif text:
            errors[name] = gettext("ให้พิมพ์วันที่แบบ วัน/เดือน/ปี พ.ศ. เช่น 15/09/2569")
    if not errors and days["from"] > days["to"]:
        errors["to"] = gettext("วันสิ้นสุดต้องไม่ก่อนวันเริ่มต้น")
    shown = {
        name: typed[name] if name in errors else buddhist.as_typed(days[name]) for name in days
    }
    known = known_asked(request)
    if known.error:
        errors["as_known_at"] = known.error
    shown["as_known_at"] = known.typed
    return Span(first=days["from"], last=days["to"], known=known, typed=shown, errors=errors)


def _position_asked(request: HttpRequest) -> LedgerPosition | None:
    text = request.GET.get("at", "")
    return position(text) if text else None


def position(text: str) -> LedgerPosition:
    """Return the position that ``next`` of a page of a ledger names.

    Raises:
        Http404: it names none.
    """
    match = _POSITION.fullmatch(text)
    if match is None:
        raise Http404
    try:
        day = date.fromisoformat(match[1])
    except ValueError as error:
        raise Http404 from error
    return LedgerPosition(entry_date=day, event_no=int(match[2]), line_no=int(match[3]))


def _report_of(visit: Visit, span: Span) -> str:
    """Return the address of the trial balance of the days' month, or else of their fiscal year."""
    year = fiscal_year_of(span.first)
    asked: dict[str, Any] = {"fiscal_year": year}
    is_a_month = span.first.day == 1 and month_after(span.first) == span.last + timedelta(days=1)
    if is_a_month:
        asked["month"] = f"{span.first:%Y-%m}"
    asked |= span.known.query
    return f"{reverse('trial_balance', args=[visit.path])}?{urlencode(asked)}"


def _totals(found: dict[str, Any]) -> dict[str, str]:
    """Return what a ledger that fits one page adds up to. Whole satang, because money is exact."""
    satang = {
        side: sum(int(line[side].replace(".", "")) for line in found["items"])
        for side in ("debit", "credit")
    }
    return {side: f"{amount // 100}.{amount % 100:02d}" for side, amount in satang.items()}
