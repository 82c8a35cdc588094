"""The register of bank accounts (บัญชีเงินฝากธนาคาร): listing, registering, retiring."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from accounting import answers
from accounting.bank_accounts import operations, queries
from accounting.bank_accounts.rules import BRANCH_MAX, KINDS, LEDGER, NAME_MAX, banks
from accounting.errors import AccountingError, NotFound
from portal import replies
from portal.doors import Visit, in_body
from portal.office import sending
from portal.office.entry_form import account_code
from portal.office.refused import words_of
from tenants.transactions import tenant_transaction
from thai.baht import arabic_digits

KEEPERS = ("FIN_OFFICER", "ACCOUNTANT", "FIN_DIRECTOR")
KIND_NAMES = {
    "current": gettext_noop("กระแสรายวัน"),
    "savings": gettext_noop("ออมทรัพย์"),
    "fixed": gettext_noop("ประจำ"),
}
_FIELDS = ("bank_code", "number", "branch", "kind", "name_th", "account")
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """The form as it was typed, and what is wrong with it by field."""

    key: str
    said: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    notice: str = ""
    status: int = 200


@require_http_methods(["GET", "POST"])
@in_body
def bank_accounts(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the bank accounts, or register one; refused, what was typed stays."""
    if request.method == "GET":
        return _page(request, visit, _Typed(key=sending.new_key()))
    if not visit.access.roles.intersection(KEEPERS):
        return replies.forbidden(request, {"visit": visit})
    said = {name: request.POST.get(name, "").strip() for name in _FIELDS}
    typed = _Typed(key=sending.key_of(request), said=said)
    if errors := _errors(said):
        return _page(request, visit, replace(typed, errors=errors, status=422))
    return _answer(request, visit, typed, lambda: _register(visit, said))


@require_POST
@in_body
def take_step(request: HttpRequest, visit: Visit, bank_account: str, step: str) -> HttpResponse:
    """Retire a bank account, or take a retired one into use again."""
    take = {"retire": operations.retire, "restore": operations.restore}.get(step)
    if take is None:
        raise Http404
    if not visit.access.roles.intersection(KEEPERS):
        return replies.forbidden(request, {"visit": visit})
    typed = _Typed(key=sending.key_of(request), said={"step": f"{bank_account} {step}"})

    def work() -> str:
        take(bank_account=bank_account, officer=visit.officer_as(*KEEPERS))
        return bank_account

    return _answer(request, visit, typed, work)


def _answer(
    request: HttpRequest, visit: Visit, typed: _Typed, work: Callable[[], str]
) -> HttpResponse:
    """Do the work once; refused, the page says why and keeps what was typed."""
    text = json.dumps(typed.said, sort_keys=True)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    asked = answers.Request(route="portal/bank-accounts", key=typed.key, sha256=sha256)
    try:
        done = sending.send_once(visit, asked, work)
    except NotFound as error:
        raise Http404 from error
    except AccountingError as refused:
        found = {one.pointer.removeprefix("/"): words_of(one) for one in refused.refusals}
        shown = replace(typed, errors=found, notice=found.get("", ""), status=422)
        return _page(request, visit, shown)
    except sending.NOT_NOW as reason:
        status, notice = sending.notice_of(reason)
        kept = replace(typed, notice=notice, status=status)
        is_used = isinstance(reason, answers.KeyReused)
        return _page(request, visit, replace(kept, key=sending.new_key()) if is_used else kept)
    path = reverse("bank_accounts", args=[visit.path])
    return HttpResponseRedirect(f"{path}?done={done}")


def _register(visit: Visit, said: dict[str, str]) -> str:
    return operations.register(
        bank_code=said["bank_code"],
        number="".join(arabic_digits(said["number"]).replace("-", "").split()),
        branch=said["branch"],
        kind=said["kind"],
        name_th=said["name_th"],
        account=account_code(said["account"] or LEDGER[said["kind"]][0]),
        officer=visit.officer_as(*KEEPERS),
    )


def _errors(said: dict[str, str]) -> dict[str, str]:
    errors = {}
    if said["kind"] not in KINDS:
        errors["kind"] = gettext("ให้เลือกประเภทบัญชีเงินฝาก")
    for name, longest in (("branch", BRANCH_MAX), ("name_th", NAME_MAX)):
        if not said[name] or len(said[name]) > longest or not said[name].isprintable():
            errors[name] = gettext("ต้องระบุ และต้องไม่ยาวเกินไป")
    for name in ("number", "account", "bank_code"):
        if not said[name].isprintable():
            errors[name] = gettext("มีอักขระที่ใช้ไม่ได้")
    return errors


def _page(request: HttpRequest, visit: Visit, typed: _Typed) -> HttpResponse:
    with tenant_transaction(visit.body, read_only=True):
        found = json.loads(queries.bank_accounts(limit=_MOST))["items"]
    for account in found:
        account["bank_th"], account["bank_en"] = queries.bank_name(account["bank_code"])
        account["kind_name"] = gettext(KIND_NAMES[account["kind"]])
    facts = {
        "visit": visit,
        "accounts": found,
        "typed": typed,
        "banks": banks(),
        "kinds": [(kind, gettext(KIND_NAMES[kind])) for kind in KINDS],
        "may_keep": visit.is_writable and bool(visit.access.roles.intersection(KEEPERS)),
        "done": request.GET.get("done", "") if request.method == "GET" else "",
    }
    return replies.show(request, "bank_accounts.html", facts, status=typed.status)
