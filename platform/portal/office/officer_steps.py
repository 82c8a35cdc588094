"""What the administrator does with officers, each form once, recorded in the body's books too.

Officers are kept in the control plane, which commits first; a form sent again after a crash finds
by its ids that it was done.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounting import answers
from accounting.audit import operations as audit
from accounting.errors import AccountingError, NotFound
from portal.doors import ADMIN_ROLE, Visit
from portal.office import sending
from portal.office.refused import words_of
from tenants.officers import administration
from thai import buddhist


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedForm:
    """A form as it was typed, what is wrong with it by field, and the link it made.

    Attributes:
        is_told: the link was made; ``link`` is empty when an earlier answer has shown it.
    """

    key: str
    action: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)
    link: str = ""
    is_told: bool = False
    status: int = 200

    def day(self, name: str) -> date | None:
        """Return the day that was typed in a field; None when it is none."""
        return buddhist.typed_day(self.texts[name])


def invite(visit: Visit, typed: TypedForm) -> str:
    """Invite the officer that the form names; return the token of the link."""
    from_date = typed.day("from_date")
    assert from_date is not None  # the page has seen to it
    token = administration.invite_officer(
        body_code=visit.body.code,
        username=typed.texts["username"],
        name_th=typed.texts["name_th"],
        roles=typed.roles,
        from_date=from_date,
        appointed_by=visit.access.officer_id,
        now=timezone.now(),
        officer_id=_id(visit, typed),
    )
    _record(visit, "officer_invited", typed.texts["username"])
    return token


def _reset(visit: Visit, typed: TypedForm) -> str:
    username, lost_phone = typed.texts["username"], bool(typed.texts["lost_phone"])
    token = administration.reset_link_for(
        body_code=visit.body.code,
        username=username,
        now=timezone.now(),
        lost_phone=lost_phone,
        asked_by=visit.access.officer_id,
    )
    _record(visit, "officer_reset", username)
    if lost_phone:
        _record(visit, "second_steps_removed", username)
    return token


def _end(visit: Visit, typed: TypedForm) -> str:
    username, reason = typed.texts["username"], typed.texts["reason"]
    administration.end_officer(
        body_code=visit.body.code,
        username=username,
        today=timezone.localdate(),
        now=timezone.now(),
    )
    _record(visit, "officer_ended", username, reason)
    return ""


def _appoint(visit: Visit, typed: TypedForm) -> str:
    from_date = typed.day("from_date")
    assert from_date is not None  # the page has seen to it
    texts = typed.texts
    administration.appoint_in_body(
        body_code=visit.body.code,
        username=texts["username"],
        role=texts["role"],
        from_date=from_date,
        to_date=typed.day("to_date"),
        is_acting=bool(texts["is_acting"]),
        order_no=texts["order_no"],
        appointed_by=visit.access.officer_id,
        now=timezone.now(),
        appointment_id=_id(visit, typed),
    )
    _record(visit, "officer_appointed", f"{texts['username']} {texts['role']}", texts["order_no"])
    return ""


def _end_appointment(visit: Visit, typed: TypedForm) -> str:
    texts = typed.texts
    try:
        appointment_id = UUID(texts["appointment"])
    except ValueError as error:
        raise NotFound([]) from error
    administration.end_appointment_in_body(
        body_code=visit.body.code,
        appointment_id=appointment_id,
        to_date=None,
        today=timezone.localdate(),
        now=timezone.now(),
    )
    _record(visit, "appointment_ended", f"{texts['username']} {appointment_id}", texts["reason"])
    return ""


Work = Callable[[Visit, TypedForm], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a form of an officer's page holds and does; its work returns a link's token or none."""

    work: Work
    fields: tuple[str, ...] = ()
    days: tuple[str, ...] = ()


STEPS = {
    "appoint": Step(
        work=_appoint,
        fields=("role", "from_date", "to_date", "is_acting", "order_no"),
        days=("from_date", "to_date"),
    ),
    "reset": Step(work=_reset, fields=("lost_phone",)),
    "end": Step(work=_end),
    "end_appointment": Step(work=_end_appointment, fields=("appointment",)),
}


def tried(request: HttpRequest, visit: Visit, typed: TypedForm, work: Work) -> TypedForm:
    """Do the work once; return the form with the link it made, or with why it was refused."""
    told: list[str] = []

    def once() -> str:
        told.append(work(visit, typed))
        return "done"

    asked = answers.Request(
        route=f"portal/officers/{typed.action}", key=typed.key, sha256=_sha256(typed)
    )
    try:
        sending.send_once(visit, asked, once)
    except NotFound as error:
        raise Http404 from error
    except AccountingError as refused:
        return _refused(typed, refused)
    except sending.NOT_NOW as reason:
        status, notice = sending.notice_of(reason)
        return replace(typed, whole=[notice], status=status)
    if typed.action not in {"invite", "reset"}:
        return replace(typed, status=sending.SEE_OTHER)
    link = ""
    if told:
        link = request.build_absolute_uri(reverse("sign_in_link", args=[told[-1]]))
    return replace(typed, key=sending.new_key(), link=link, is_told=True)


def _refused(typed: TypedForm, refused: AccountingError) -> TypedForm:
    """Return the form with every reason beside its field, or above it when it has none there."""
    errors: dict[str, str] = {}
    whole: list[str] = []
    for refusal in refused.refusals:
        name = refusal.pointer.removeprefix("/").partition("/")[0]
        if (
            name == "roles"
            or (name in typed.texts and name != "username")
            or (name == "username" and typed.action == "invite")
        ):
            errors[name] = f"{errors.get(name, '')} {words_of(refusal)}".strip()
        else:
            whole.append(words_of(refusal))
    return replace(typed, errors=errors, whole=whole, status=422)


def _record(visit: Visit, action: str, subject: str, reason: str = "") -> None:
    officer = visit.officer_as(ADMIN_ROLE)
    audit.record(action=action, subject=subject, officer=officer, reason=reason or None)


def _id(visit: Visit, typed: TypedForm) -> UUID:
    """Return an id that what the form makes has, however often it is sent."""
    return uuid5(NAMESPACE_URL, f"{visit.body.code} {typed.action} {typed.key} {_sha256(typed)}")


def _sha256(typed: TypedForm) -> str:
    text = json.dumps([typed.action, typed.texts, typed.roles], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
