"""The body's own accounts (บัญชีย่อย) below national ones: listing them, opening one."""

import hashlib
import json
from dataclasses import dataclass, field, replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounting import answers
from accounting.chart import operations, queries
from accounting.errors import AccountingError
from portal import replies
from portal.doors import POSTING_ROLE, Visit, in_body
from portal.office import sending
from portal.office.entry_form import account_code
from portal.office.refused import words_of
from tenants.transactions import tenant_transaction

_NAME_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """The form as it was typed, and what is wrong with it by field."""

    key: str
    parent: str = ""
    name_th: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    notice: str = ""
    status: int = 200


@require_http_methods(["GET", "POST"])
@in_body
def own_accounts(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the body's own accounts, or open one; refused, what was typed stays."""
    if request.method == "GET":
        return _page(request, visit, _Typed(key=sending.new_key()))
    if not visit.may_post:
        return replies.forbidden(request, {"visit": visit, "needed": POSTING_ROLE})
    typed = _Typed(
        key=sending.key_of(request),
        parent=request.POST.get("parent", "").strip(),
        name_th=request.POST.get("name_th", "").strip(),
    )
    if errors := _errors(typed):
        return _page(request, visit, replace(typed, errors=errors, status=422))
    try:
        code = _open(visit, typed)
    except AccountingError as refused:
        found = {one.pointer.removeprefix("/"): words_of(one) for one in refused.refusals}
        return _page(request, visit, replace(typed, errors=found, status=422))
    except sending.NOT_NOW as reason:
        status, notice = sending.notice_of(reason)
        kept = replace(typed, notice=notice, status=status)
        is_used = isinstance(reason, answers.KeyReused)
        return _page(request, visit, replace(kept, key=sending.new_key()) if is_used else kept)
    path = reverse("own_accounts", args=[visit.path])
    return HttpResponseRedirect(f"{path}?opened={code}")


def _errors(typed: _Typed) -> dict[str, str]:
    errors = {}
    if not typed.parent or "\x00" in typed.parent:
        errors["parent"] = gettext("ให้พิมพ์รหัสบัญชีในผังบัญชี เช่น 1101030101.001")
    if not typed.name_th or len(typed.name_th) > _NAME_MAX or not typed.name_th.isprintable():
        errors["name_th"] = gettext("ให้พิมพ์ชื่อบัญชี ไม่เกิน 200 ตัวอักษร")
    return errors


def _open(visit: Visit, typed: _Typed) -> str:
    def work() -> str:
        opened = operations.open_sub_account(
            parent=account_code(typed.parent), name_th=typed.name_th, officer=visit.officer
        )
        return opened.code

    text = json.dumps([typed.parent, typed.name_th])
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    asked = answers.Request(route="portal/accounts", key=typed.key, sha256=sha256)
    return sending.send_once(visit, asked, work)


def _page(request: HttpRequest, visit: Visit, typed: _Typed) -> HttpResponse:
    with tenant_transaction(visit.body, read_only=True):
        found = json.loads(queries.own_accounts())
    facts = {
        "visit": visit,
        "accounts": found,
        "typed": typed,
        "opened": request.GET.get("opened", "") if request.method == "GET" else "",
    }
    return replies.show(request, "own_accounts.html", facts, status=typed.status)
