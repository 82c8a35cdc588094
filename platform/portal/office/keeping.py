"""Keeping what is typed as a draft voucher: by its button, and by itself while it is typed."""

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounting import answers
from accounting.documents import operations as documents
from accounting.documents.operations import StaleDocument
from accounting.errors import AccountingError, NotFound
from accounting.general_vouchers import operations
from portal.doors import Visit, in_body
from portal.office import entry_form, sending
from portal.office.entry_form import TypedEntry
from tenants.transactions import tenant_transaction

# A draft is found again by its form's key alone: by then more may have been typed.
_WHATEVER_IT_SAYS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The draft that holds what was typed, and its version now."""

    voucher: UUID
    version: int


def keep(visit: Visit, typed: TypedEntry) -> Kept:
    """Keep what was typed in its draft, or in a new one that the form's key finds again.

    Raises:
        StaleDocument: the draft was changed elsewhere and says something else.
        NotFound: the body has no such voucher.
        UnableToTakeStep: it is no draft any more.
    """
    if typed.voucher is None:
        kept, is_new = _find_or_draft(visit, typed)
        if is_new:
            return kept
        typed = replace(typed, voucher=kept.voucher, version=kept.version)
    with tenant_transaction(visit.body):
        return _change(visit, typed)


def version_of_same(typed: TypedEntry) -> int:
    """Return the version of the form's draft: the current one when it says just what was typed.

    Then nobody's words would be lost, and the officer whose answer was lost on the way is not
    told of a conflict with themselves. In a transaction that goes on to change the draft.
    """
    assert typed.voucher is not None  # only forms that have a draft come here
    held = documents.lock(kind=operations.KIND, document=typed.voucher)
    if held is not None and held.contents.content == storable(typed):
        return held.version
    return typed.version


def draft_of_form(typed: TypedEntry) -> TypedEntry:
    """Return the form with the draft that it kept itself in, though the answer never arrived.

    In the transaction of what is done with it. Without one, the form is returned as it is.

    Raises:
        StillInProgress: the draft is being made right now.
    """
    if typed.voucher is not None:
        return typed
    answer = answers.claim(_request(typed))
    if answer is None:
        return typed
    voucher = UUID(answer.text)
    held = documents.lock(kind=operations.KIND, document=voucher)
    assert held is not None  # the answer was stored with the draft, and none is ever deleted
    return replace(typed, voucher=voucher, version=held.version)


def storable(typed: TypedEntry) -> dict[str, Any]:
    """Return what was typed as a draft can hold it: PostgreSQL's texts have no NUL."""
    text = json.dumps(entry_form.meaning(typed)).replace("\\u0000", "\\ufffd")
    stored: dict[str, Any] = json.loads(text)
    return stored


def _request(typed: TypedEntry) -> answers.Request:
    return answers.Request(route="portal/vouchers", key=typed.key, sha256=_WHATEVER_IT_SAYS)


def _find_or_draft(visit: Visit, typed: TypedEntry) -> tuple[Kept, bool]:
    drafted: list[UUID] = []

    def draft() -> str:
        voucher = operations.draft_voucher(raw=storable(typed), officer=visit.officer)
        drafted.append(voucher)
        return str(voucher)

    voucher = UUID(sending.send_once(visit, _request(typed), draft))
    return Kept(voucher=voucher, version=1), voucher in drafted


def _change(visit: Visit, typed: TypedEntry) -> Kept:
    assert typed.voucher is not None  # see keep
    version = version_of_same(typed)
    operations.change_voucher(
        document=typed.voucher,
        version=version,
        raw=storable(typed),
        officer=visit.officer,
    )
    return Kept(voucher=typed.voucher, version=version + 1)


@require_POST
@in_body
def save(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Keep what is being typed; the page's script asks, and shows what is answered."""
    if not visit.may_post:
        return JsonResponse({"words": gettext("บทบาทของท่านทำรายการนี้ไม่ได้")}, status=403)
    typed = entry_form.typed(request.POST)
    try:
        kept = keep(visit, typed)
    except StaleDocument:
        words = gettext("ร่างนี้ถูกแก้จากที่อื่น กดเก็บร่างเพื่อดูทั้งสองฉบับ")
        return JsonResponse({"words": words}, status=412)
    except NotFound:
        return JsonResponse({"words": gettext("ไม่พบร่างนี้แล้ว")}, status=404)
    except AccountingError:
        words = gettext("เอกสารนี้ไม่ใช่ร่างแล้ว จึงแก้ไม่ได้")
        return JsonResponse({"words": words}, status=409)
    except sending.NOT_NOW as reason:
        status, words = sending.notice_of(reason)
        return JsonResponse({"words": words, "again": True}, status=status)
    now = f"{timezone.localtime():%H:%M}"
    return JsonResponse({"voucher": str(kept.voucher), "version": kept.version, "at": now})
