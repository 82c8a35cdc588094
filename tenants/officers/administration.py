"""What the administrator of a body (LAO_ADMIN) does with its officers; who is one, the edge asks.

Each operation is one transaction of the control plane. It locks the body first, then the officer,
so that two administrators cannot both take the same name, role or last place.

Note [An administrator reaches no further than their body]
An officer may serve in several bodies. Whoever makes a link for an officer can become that officer,
so links are made only for officers who serve nowhere else; for the others an operator makes them.
Appointments elsewhere are neither shown nor ended.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounting.errors import AccountingError, NotFound
from tenants.directory.models import Body
from tenants.officers import roster, rules
from tenants.officers.appointments import roles as all_roles
from tenants.officers.models import Appointment, Officer, OneTimeLink
from tenants.officers.roster import AppointmentOfOfficer, OfficerOfBody, officers_of_body
from tenants.officers.second_step.enrolled import remove_everything
from tenants.officers.sign_in import end_all_sign_ins, new_link, take_away

__all__ = ["AppointmentOfOfficer", "OfficerOfBody", "officers_of_body"]


class OfficerNotFound(NotFound):
    """The body has no such officer, appointment, or is no body."""


class UnableToInviteOfficer(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_invite_officer"


class UnableToAppointOfficer(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_appoint_officer"


class UnableToResetOfficer(AccountingError):
    """No link may be made for this officer here."""

    code = "unable_to_reset_officer"


class UnableToEnd(AccountingError):
    """The officer or appointment may not be ended, or has been."""

    code = "unable_to_end"


def body_roles() -> frozenset[str]:
    """Return the keys of the roles that a body's officers hold."""
    return frozenset(key for key, role in all_roles().items() if role.held_at == "body")


def invite_officer(
    *,
    body_code: str,
    username: str,
    name_th: str,
    roles: Sequence[str],
    from_date: date,
    appointed_by: UUID,
    now: datetime,
    officer_id: UUID | None = None,
) -> str:
    """Make an officer with roles in the body; return the token of their invitation, told once.

    Args:
        body_code: the administrator's body.
        username: new in the whole nation.
        name_th: as it will stand on documents.
        roles: one or more of ``body_roles``.
        from_date: the first day of each role.
        appointed_by: the administrator.
        now: the invitation is good for a week from now.
        officer_id: decided by the caller so that asking again after a crash makes nobody twice:
            when this officer was made already, only a new invitation is.

    Raises:
        OfficerNotFound: there is no such body.
        UnableToInviteOfficer: at least one rule refuses.
    """
    officer_id = officer_id or uuid4()
    with transaction.atomic():
        body = _locked_body(body_code)
        if Officer.objects.filter(id=officer_id, username=roster.plain(username)).exists():
            return _only_link(officer_id, "invitation", now)
        refusals = rules.invitation_refusals(
            rules.InvitationFacts(
                username=username,
                username_is_taken=Officer.objects.filter(username=roster.plain(username)).exists(),
                name_th=name_th,
                roles=tuple(roles),
                known_roles=body_roles(),
            )
        )
        if reasons := list(refusals):
            raise UnableToInviteOfficer(reasons)
        _make_officer(officer_id, username, name_th.strip(), now)
        held = {"officer_id": officer_id, "body": body, "appointed_by_id": appointed_by}
        Appointment.objects.bulk_create(
            Appointment(role=role, from_date=from_date, created_at=now, **held) for role in roles
        )
        return new_link(officer_id=officer_id, purpose="invitation", now=now)


def reset_link_for(
    *,
    body_code: str,
    username: str,
    now: datetime,
    lost_phone: bool = False,
    asked_by: UUID | None = None,
) -> str:
    """Return the token of a link to set a password anew; older links of the officer stop working.

    Who never used the invitation gets an invitation again.

    Args:
        body_code: the administrator's body.
        username: whose link it is.
        now: when.
        lost_phone: take the officer's second steps away too, and with them the old password and
            every sign-in: until the link is used nobody gets in.
        asked_by: the administrator, who may not do that to themself: a browser left open would be
            enough to get round their second step.

    Raises:
        OfficerNotFound: the officer never held an appointment in the body.
        UnableToResetOfficer: they left it, serve elsewhere too, or are the administrator.
    """
    today = timezone.localdate(now)
    with transaction.atomic():
        body = _locked_body(body_code)
        officer = _locked_officer(body, username)
        reasons = []
        if not roster.in_force(officer, today).filter(body=body).exists():
            reasons.append(rules.LEFT)
        if roster.in_force(officer, today).exclude(body=body).exists():
            reasons.append(rules.SERVES_ELSEWHERE)
        if lost_phone and officer.id == asked_by:
            reasons.append(rules.OWN_SECOND_STEP)
        if reasons:
            raise UnableToResetOfficer(reasons)
        is_invited = roster.is_invited(officer)
        if lost_phone and not is_invited:
            take_away(officer_id=officer.id, now=now)
        return _only_link(officer.id, "invitation" if is_invited else "reset", now)


def end_officer(*, body_code: str, username: str, today: date, now: datetime) -> None:
    """End the officer's appointments in the body, from this moment.

    Who serves nowhere else is ended as an officer too: signed out everywhere, with no password and
    no second step.
    Whoever serves elsewhere stays signed in there; here the next request finds no role.

    Raises:
        OfficerNotFound: the officer never held an appointment in the body.
        UnableToEnd: it was done before, or nobody would be left to administer the body.
    """
    with transaction.atomic():
        body = _locked_body(body_code)
        officer = _locked_officer(body, username)
        here = roster.in_force(officer, today).filter(body=body)
        if not here.exists():
            raise UnableToEnd([rules.LEFT])
        _keep_an_administrator(body, here, today)
        here.update(ended_at=now)
        if roster.in_force(officer, today).exists():
            return
        officer.ended_at, officer.password = now, make_password(None)
        officer.save(update_fields=["ended_at", "password"])
        remove_everything(officer_id=officer.id)
        end_all_sign_ins(officer_id=officer.id, now=now)


def appoint_in_body(
    *,
    body_code: str,
    username: str,
    role: str,
    from_date: date,
    to_date: date | None,
    is_acting: bool,
    order_no: str,
    appointed_by: UUID,
    now: datetime,
    appointment_id: UUID | None = None,
) -> UUID:
    """Give an officer a role in the body; return the appointment's id.

    An officer who had left for good comes back: with a reset link, for the password is gone.
    Whoever works in any body may be appointed, nobody of the centre. ``to_date`` is inclusive; None
    means no end. ``appointment_id`` is the caller's: asking again after a crash appoints once.

    Raises:
        OfficerNotFound: there is no such body.
        UnableToAppointOfficer: at least one rule refuses.
    """
    appointment_id = appointment_id or uuid4()
    with transaction.atomic():
        body = _locked_body(body_code)
        if Appointment.objects.filter(id=appointment_id, body=body).exists():
            return appointment_id
        wanted = Appointment(
            id=appointment_id,
            role=role,
            body=body,
            from_date=from_date,
            to_date=to_date,
            is_acting=is_acting,
            order_no=order_no.strip(),
            appointed_by_id=appointed_by,
            created_at=now,
        )
        _appoint(wanted, body, username)
    return appointment_id


def _appoint(wanted: Appointment, body: Body, username: str) -> None:
    """Store the appointment of an officer, who is locked, unless a rule refuses."""
    officer = Officer.objects.select_for_update().filter(username=roster.plain(username)).first()
    refusals = rules.appointment_refusals(
        rules.AppointmentFacts(
            officer_is_known=officer is not None and not roster.is_of_the_centre(officer),
            is_oneself=officer is not None and officer.id == wanted.appointed_by_id,
            role=wanted.role,
            known_roles=body_roles(),
            from_date=wanted.from_date,
            to_date=wanted.to_date,
            is_acting=wanted.is_acting,
            order_no=wanted.order_no,
            overlaps=roster.overlaps(
                officer=officer,
                body=body,
                role=wanted.role,
                from_date=wanted.from_date,
                to_date=wanted.to_date,
            ),
        )
    )
    if reasons := list(refusals):
        raise UnableToAppointOfficer(reasons)
    assert officer is not None  # an unknown one is refused
    wanted.officer = officer
    wanted.save(force_insert=True)
    Officer.objects.filter(id=officer.id).update(ended_at=None)


def end_appointment_in_body(
    *, body_code: str, appointment_id: UUID, to_date: date | None, today: date, now: datetime
) -> None:
    """End an appointment with a day, which is its last, or from this moment when there is none.

    Raises:
        OfficerNotFound: the body has no such appointment.
        UnableToEnd: it has ended, the day is past or beyond its end, or nobody would be left to
            administer the body.
    """
    with transaction.atomic():
        body = _locked_body(body_code)
        one = Appointment.objects.filter(id=appointment_id, body=body)
        appointment = one.first()
        if appointment is None:
            raise OfficerNotFound([])
        if roster.is_over(appointment, today):
            raise UnableToEnd([rules.ENDED])
        if to_date is not None and not _is_an_earlier_end(appointment, to_date, today):
            raise UnableToEnd([rules.BAD_LAST_DAY])
        _keep_an_administrator(body, one, today)
        if to_date is None:
            one.update(ended_at=now)
        else:
            one.update(to_date=to_date)


def _locked_body(code: str) -> Body:
    body: Body | None = Body.objects.select_for_update().filter(code=roster.plain(code)).first()
    if body is None:
        raise OfficerNotFound([])
    return body


def _locked_officer(body: Body, username: str) -> Officer:
    officer = Officer.objects.select_for_update().filter(username=roster.plain(username)).first()
    if officer is None or not Appointment.objects.filter(officer=officer, body=body).exists():
        raise OfficerNotFound([])
    return officer


def _make_officer(officer_id: UUID, username: str, name_th: str, now: datetime) -> None:
    try:
        with transaction.atomic():
            Officer.objects.create(
                id=officer_id,
                username=username,
                name_th=name_th,
                password=make_password(None),
                created_at=now,
            )
    except IntegrityError as error:  # somebody in another body was quicker
        facts = rules.InvitationFacts(
            username=username,
            username_is_taken=True,
            name_th=name_th,
            roles=("LAO_ADMIN",),
            known_roles=body_roles(),
        )
        raise UnableToInviteOfficer(rules.invitation_refusals(facts)) from error


def _only_link(officer_id: UUID, purpose: str, now: datetime) -> str:
    OneTimeLink.objects.filter(
        officer_id=officer_id, used_at__isnull=True, purpose__in=("invitation", "reset")
    ).update(expires_at=now)
    return new_link(officer_id=officer_id, purpose=purpose, now=now)


def _keep_an_administrator(body: Body, ending: QuerySet[Appointment], today: date) -> None:
    """Refuse what would leave the body with no administrator; an operator would have to come."""
    if not ending.filter(role=rules.ADMIN_ROLE).exists():
        return
    if not roster.administrators(body, today).exclude(id__in=ending.values("id")).exists():
        raise UnableToEnd([rules.LAST_ADMINISTRATOR])


def _is_an_earlier_end(appointment: Appointment, day: date, today: date) -> bool:
    last = appointment.to_date or date.max
    return max(today, appointment.from_date) <= day <= last
