"""The bank's files of a report of transfers: what each would pay, what is wrong, the files."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounting.bank_accounts import operations
from accounting.bank_accounts.queries import bank_name
from accounting.bank_files.krungthai import PRODUCTS
from accounting.cheques.kind import REPORTS
from accounting.cheques.queries import BankFiles, Row, UnableToWriteFile, bank_files
from accounting.documents import queries as documents
from accounting.documents.kinds import Shown
from accounting.documents.workflow import Words
from accounting.errors import AccountingError, Refusal
from portal import replies
from portal.doors import Visit, in_body
from portal.flow.desk import say
from portal.flow.opening import request_of
from portal.office import sending
from portal.office.bank_accounts import KEEPERS
from portal.office.refused import words_of
from tenants.transactions import tenant_transaction

_NAMES = {
    "direct": Words("เข้าบัญชีธนาคารกรุงไทย (KTB iPay Direct)", "To Krungthai accounts (iPay Direct)"),
    "standard": Words("เข้าบัญชีธนาคารอื่น (KTB iPay Standard)", "To other banks (iPay Standard)"),
}
_BANK_FILE = Words("ไฟล์โอนเงินธนาคารกรุงไทย", "Krungthai transfer file")


@require_http_methods(["GET", "POST"])
@in_body
def page(request: HttpRequest, visit: Visit, document: UUID) -> HttpResponse:
    """Tell what the files pay and what is wrong; keep the id that the bank gave the office."""
    if request.method == "GET":
        return _page(request, visit, document)
    if not visit.access.roles.intersection(KEEPERS):
        return replies.forbidden(request, {"visit": visit, "needed_roles": sorted(KEEPERS)})
    typed = request.POST.get("company_id", "").strip()
    try:
        _keep(visit, document, sending.key_of(request), typed)
    except AccountingError as refused:
        reasons = [words_of(one) for one in refused.refusals]
        return _page(request, visit, document, typed=typed, reasons=reasons, status=422)
    except sending.NOT_NOW as reason:
        status, notice = sending.notice_of(reason)
        return _page(request, visit, document, typed=typed, reasons=[notice], status=status)
    path = reverse("bank_file", args=[visit.path, document])
    return HttpResponseRedirect(f"{path}?done=kept")


@require_safe
@in_body
def file(request: HttpRequest, visit: Visit, document: UUID, product: str) -> HttpResponse:
    """Send a product's file; refused, the page says why."""
    if product not in PRODUCTS:
        raise Http404
    try:
        with tenant_transaction(visit.body, read_only=True):
            content = _files(visit, document).content(product)
    except UnableToWriteFile:
        return _page(request, visit, document, status=409)
    answer = replies.send_file(content, name=f"ktb-{product}.txt", content_type="text/plain")
    answer["Content-Disposition"] = f'attachment; filename="ktb-{product}.txt"'
    return answer


def _keep(visit: Visit, document: UUID, key: str, company_id: str) -> None:
    def work() -> str:
        bank_account = _report(document)["bank_account"]
        operations.keep_company_id(
            bank_account=bank_account, company_id=company_id, officer=visit.officer_as(*KEEPERS)
        )
        return str(bank_account)

    sending.send_once(visit, request_of("bank-file", key, [str(document), company_id]), work)


def _page(
    request: HttpRequest,
    visit: Visit,
    document: UUID,
    *,
    typed: str | None = None,
    reasons: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    files, refusals = None, []
    with tenant_transaction(visit.body, read_only=True):
        report = _report(document)
        try:
            files = _files(visit, document)
        except UnableToWriteFile as refused:
            refusals = refused.refusals
            status = max(status, 409)
    facts = {
        "visit": visit,
        "report": report,
        "title": say(_BANK_FILE),
        "report_href": reverse("cheque-reports_one", args=[visit.path, document]),
        "company_id": typed if typed is not None else files.sender.company_id if files else "",
        "company_id_errors": reasons or [],
        "key": sending.new_key(),
        "may_keep": visit.is_writable and bool(visit.access.roles.intersection(KEEPERS)),
        "done": gettext("บันทึกแล้ว") if request.GET.get("done") == "kept" else "",
        "has_files": files is not None,
        **(_told(visit, document, files) if files else {"whole": _words(refusals)}),
    }
    return replies.show(request, "bank_file.html", facts, status=status)


def _told(visit: Visit, document: UUID, files: BankFiles) -> dict[str, Any]:
    """Return what the files pay, as the page shows it."""
    return {
        "whole": _words([one for one in files.refusals if not one.pointer]),
        "wrong_rows": sum(1 for row in files.rows if row.refusals),
        "products": [
            {
                "product": product,
                "name": say(_NAMES[product]),
                "rows": len(files.rows_of(product)),
                "total": files.total(product),
                "href": reverse("bank_file_text", args=[visit.path, document, product])
                if files.rows_of(product) and not files.refusals
                else "",
            }
            for product in PRODUCTS
        ],
        "rows": [_row(visit, row) for row in files.rows],
        "total": sum(files.total(product) for product in PRODUCTS),
    }


def _row(visit: Visit, row: Row) -> dict[str, Any]:
    return {
        "number": row.number,
        "href": reverse("dika_one", args=[visit.path, row.voucher]),
        "payee": row.transfer.account_name,
        # Another register sends on whoever stands in it.
        "payee_href": reverse("vendors_one", args=[visit.path, row.payee]) if row.payee else "",
        "bank": say(Words(*bank_name(row.transfer.bank_code))),
        "account_no": row.transfer.account_no,
        "product": say(_NAMES[row.product]),
        "amount": row.transfer.amount,
        "reasons": _words(row.refusals),
    }


def _words(refusals: Any) -> list[str]:
    said: list[Refusal] = list(refusals)
    return [words_of(one) for one in said]


def _files(visit: Visit, document: UUID) -> BankFiles:
    report = documents.document(kind=REPORTS.flow.kind, document_id=document)
    if report is None:
        raise Http404
    return bank_files(report=report, sender_name=visit.body.full_name_th)


def _report(document: UUID) -> Shown:
    try:
        return REPORTS.shown(document)
    except AccountingError as error:
        raise Http404 from error
