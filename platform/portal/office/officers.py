"""Officers of the body for its administrator: the list, and one with what can be done."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from portal import replies
from portal.doors import ADMIN_ROLE, Visit, in_body
from portal.office import sending
from portal.office.officer_steps import STEPS, TypedForm, invite, tried
from tenants.officers import administration
from tenants.officers.administration import OfficerOfBody
from tenants.officers.appointments import roles as all_roles
from thai import buddhist

_REASON_MAX = 300


@require_http_methods(["GET", "POST"])
@in_body
def officers(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the body's officers, or invite one; the link is shown once."""
    if not visit.may_appoint:
        return replies.forbidden(request, {"visit": visit, "needed": ADMIN_ROLE})
    if request.method == "GET":
        return _list(request, visit, _blank())
    typed = _typed(request, "invite", ("username", "name_th", "from_date"))
    typed.roles.extend(request.POST.getlist("roles")[: len(_body_roles())])
    if not _find_errors(typed, ("from_date",)):
        typed = tried(request, visit, typed, invite)
    if typed.is_told:
        typed = replace(_blank(), link=typed.link, is_told=True)
    return _list(request, visit, typed)


@require_http_methods(["GET", "POST"])
@in_body
def officer(request: HttpRequest, visit: Visit, username: str) -> HttpResponse:
    """Show an officer with their appointments, or change one of them."""
    if not visit.may_appoint:
        return replies.forbidden(request, {"visit": visit, "needed": ADMIN_ROLE})
    if request.method == "GET":
        return _one(request, visit, username, _blank())
    action = request.POST.get("action", "")
    if action not in STEPS:
        raise Http404
    step = STEPS[action]
    typed = _typed(request, action, (*step.fields, "reason"))
    typed.texts["username"] = username
    if _find_errors(typed, step.days):
        return _one(request, visit, username, typed)
    done = tried(request, visit, typed, step.work)
    if done.status == sending.SEE_OTHER:
        path = reverse("officer", args=[visit.path, username])
        return HttpResponseRedirect(f"{path}?done={action}")
    return _one(request, visit, username, done)


def _blank() -> TypedForm:
    today = buddhist.as_typed(timezone.localdate())
    return TypedForm(key=sending.new_key(), texts={"from_date": today})


def _typed(request: HttpRequest, action: str, names: tuple[str, ...]) -> TypedForm:
    """Return the form as it was posted; no field of it is longer than any that is right."""
    texts = {name: request.POST.get(name, "").strip()[: _REASON_MAX + 1] for name in names}
    plain = {name: text.replace("\x00", "\ufffd") for name, text in texts.items()}
    return TypedForm(key=sending.key_of(request), action=action, texts=plain)


def _find_errors(typed: TypedForm, days: tuple[str, ...]) -> bool:
    """Note what cannot be read; an appointment without an end has no last day."""
    for name in days:
        is_left_open = name == "to_date" and not typed.texts[name]
        if typed.day(name) is None and not is_left_open:
            words = gettext("ให้พิมพ์วันที่แบบ วัน/เดือน/ปี พ.ศ. เช่น 15/09/2569")
            typed.errors[name] = words
    if len(typed.texts.get("reason", "")) > _REASON_MAX:
        typed.errors["reason"] = gettext("เหตุผลยาวได้ไม่เกิน 300 ตัวอักษร ในบรรทัดเดียว")
    return bool(typed.errors)


def _list(request: HttpRequest, visit: Visit, typed: TypedForm) -> HttpResponse:
    found = _officers(visit)
    facts: dict[str, Any] = {
        "visit": visit,
        "officers": [one for one in found if not one.is_ended],
        "ended": [one for one in found if one.is_ended],
        "roles": _body_roles(),
        "typed": typed,
    }
    return replies.show(request, "officers.html", facts, status=_status(typed))


def _one(request: HttpRequest, visit: Visit, username: str, typed: TypedForm) -> HttpResponse:
    found = next((one for one in _officers(visit) if one.username == username), None)
    if found is None:
        raise Http404
    facts: dict[str, Any] = {
        "visit": visit,
        "officer": found,
        "roles": _body_roles(),
        "typed": typed,
        "done": request.GET.get("done", "") if request.method == "GET" else "",
    }
    return replies.show(request, "officer.html", facts, status=_status(typed))


def _status(typed: TypedForm) -> int:
    return 422 if typed.errors else typed.status


def _officers(visit: Visit) -> list[OfficerOfBody]:
    return administration.officers_of_body(body_code=visit.body.code, today=timezone.localdate())


def _body_roles() -> list[str]:
    """Return the roles that a body's officers hold, in the order of roles.csv."""
    return [role for role in all_roles() if role in administration.body_roles()]
