"""An account's whole ledger as a workbook and as a paper, however long it is."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounting.journal import reports
from papers.ledger import Ledger
from papers.ledger_pdf import MOST_LINES as MOST_ON_PAPER
from papers.ledger_pdf import paper
from papers.ledger_xlsx import workbook
from papers.sheets import MEDIA_TYPE as XLSX
from portal import replies
from portal.doors import Visit, in_body
from portal.office.ledger import ACCOUNT, Span, position, span_asked
from portal.office.trial_balance import source_of
from tenants.transactions import tenant_transaction

_AT_ONCE = 5_000  # lines read in one transaction: some 60 ms
_MOST_IN_SHEET = 200_000  # eight seconds of a processor; Excel itself ends at a million rows
# 50,000 lines take two seconds of a processor. One such workbook at a time in each web process
# leaves the other threads to everybody else; who comes second is asked to wait a moment.
_ONE_LONG_WORKBOOK = threading.BoundedSemaphore(1)


class _TooLong(Exception):
    """The ledger has more lines than a file may have."""


@require_safe
@in_body
def xlsx(request: HttpRequest, visit: Visit, account: str) -> HttpResponse:
    """Send the ledger as a workbook; a long one when no other is being made here."""
    span = _span_of_file(request, account)
    pages = _pages(visit, account, span)
    first = next(pages)
    is_long = first["next"] is not None
    if is_long and not _ONE_LONG_WORKBOOK.acquire(blocking=False):
        return replies.busy(request, {"visit": visit})
    try:
        ledger = _ledger(visit, span, first, pages)
        name = f"{ledger.file_name}.xlsx"
        return replies.send_file(workbook(ledger), name=name, content_type=XLSX)
    except _TooLong:
        return _too_long(request, visit, account, span, most=_MOST_IN_SHEET)
    finally:
        if is_long:
            _ONE_LONG_WORKBOOK.release()


@require_safe
@in_body
def pdf(request: HttpRequest, visit: Visit, account: str) -> HttpResponse:
    """Send the ledger as a paper; one that is too long for that is offered as a workbook."""
    span = _span_of_file(request, account)
    first = _page(visit, account, span, limit=MOST_ON_PAPER)
    if first["next"] is not None:
        return _too_long(request, visit, account, span, most=MOST_ON_PAPER, has_sheet=True)
    ledger = _ledger(visit, span, first, iter(()))
    name = f"{ledger.file_name}.pdf"
    return replies.send_file(paper(ledger), name=name, content_type="application/pdf")


def _span_of_file(request: HttpRequest, account: str) -> Span:
    """Return the days asked for.

    Raises:
        Http404: there can be no such account, or a day or a moment is none.
    """
    span = span_asked(request)
    if span.errors or not ACCOUNT.fullmatch(account):
        raise Http404
    return span


def _pages(visit: Visit, account: str, span: Span) -> Iterator[dict[str, Any]]:
    """Yield the ledger in pieces, all as known when the first was read.

    Each has a transaction of its own: no connection is held while a file is written. As known at a
    moment, a ledger never changes, so the pieces fit together whatever is posted in between.
    """
    page = _page(visit, account, span, limit=_AT_ONCE)
    known_at = span.known.at or datetime.fromisoformat(page["complete_to"])
    yield page
    while page["next"] is not None:
        page = _page(visit, account, span, limit=_AT_ONCE, at=page["next"], known_at=known_at)
        yield page


def _page(
    visit: Visit,
    account: str,
    span: Span,
    *,
    limit: int,
    at: str = "",
    known_at: datetime | None = None,
) -> dict[str, Any]:
    with tenant_transaction(visit.body, read_only=True):
        found = reports.ledger(
            account=account,
            from_date=span.first,
            to_date=span.last,
            limit=limit,
            start=position(at) if at else None,
            as_known_at=known_at or span.known.at,
        )
    page: dict[str, Any] = json.loads(found)
    if page["name_th"] is None:
        raise Http404
    return page


def _ledger(
    visit: Visit, span: Span, first: dict[str, Any], others: Iterator[dict[str, Any]]
) -> Ledger:
    return Ledger(
        source=source_of(
            visit,
            complete_to=datetime.fromisoformat(first["complete_to"]),
            as_known_at=span.known.at,
        ),
        account=first["account"],
        name_th=first["name_th"],
        first=span.first,
        last=span.last,
        opening={
            "balance_debit": first["opening_debit"],
            "balance_credit": first["opening_credit"],
        },
        lines=_lines(first, others),
    )


def _lines(first: dict[str, Any], others: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield line by line.

    Raises:
        _TooLong: more than a workbook may have.
    """
    count = len(first["items"])
    yield from first["items"]
    for page in others:
        count += len(page["items"])
        if count > _MOST_IN_SHEET:
            raise _TooLong
        yield from page["items"]


def _too_long(
    request: HttpRequest,
    visit: Visit,
    account: str,
    span: Span,
    *,
    most: int,
    has_sheet: bool = False,
) -> HttpResponse:
    facts = {
        "visit": visit,
        "account": account,
        "span": span,
        "most": f"{most:,}",
        "has_sheet": has_sheet,
    }
    return replies.show(request, "ledger_too_long.html", facts, status=422)
