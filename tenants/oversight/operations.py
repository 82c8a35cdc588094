"""What an office announces and withdraws, and what a body says that it has read.

Each operation is one transaction of the control plane.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounting.errors import AccountingError, NotFound
from tenants.oversight import rules
from tenants.oversight.announcements import IS_ADDRESSED, SEES
from tenants.oversight.models import Announcement, AnnouncementAddressee
from tenants.oversight.offices import HELD, Office, as_facts
from tenants.rollups.kept import rows, run

# What is asked for is looked up together with the office's area: what does not exist and what is
# another's are the same absent row.
_FOUND = """
SELECT (SELECT array_agg(p.code::text) FROM province p
         WHERE p.code = ANY (%(provinces)s::text[])
           AND (%(level)s = 'N' OR %(level)s = 'P' AND p.code = %(area)s)),
       (SELECT array_agg(d.code::text) FROM district d
         WHERE d.code = ANY (%(districts)s::text[])
           AND CASE %(level)s WHEN 'P' THEN d.province_id = %(area)s
                              WHEN 'D' THEN d.code = %(area)s ELSE true END),
       (SELECT array_agg(b.code::text) FROM body b
         WHERE b.code = ANY (%(bodies)s::text[]) AND NOT b.is_training
           AND CASE %(level)s WHEN 'P' THEN b.province_id = %(area)s
                              WHEN 'D' THEN b.district_id = %(area)s ELSE true END),
       (SELECT array_agg(kind) FROM unnest(%(kinds)s::text[]) AS asked (kind)
         WHERE EXISTS (SELECT FROM body b WHERE b.kind = asked.kind))
"""
_KNOWN = f"""
WITH {HELD.strip()}
SELECT EXISTS (SELECT FROM held h
                WHERE h.role = a.role AND h.level = a.level AND h.area = a.area),
       w.announcement_id IS NOT NULL
  FROM announcement a
  LEFT JOIN announcement_withdrawal w ON w.announcement_id = a.id
 WHERE a.id = %(number)s AND {SEES.strip()}
"""  # noqa: S608 - constants
_WITHDRAW = """
INSERT INTO announcement_withdrawal (announcement_id, officer_id, reason, withdrawn_at)
VALUES (%(number)s, %(officer)s, %(reason)s, %(now)s)
ON CONFLICT (announcement_id) DO NOTHING RETURNING true
"""
_ADDRESSED = f"""
SELECT b.id, w.announcement_id IS NOT NULL
  FROM announcement a
  JOIN body b ON b.code = %(body)s
  LEFT JOIN announcement_withdrawal w ON w.announcement_id = a.id
 WHERE a.id = %(number)s AND a.from_date <= %(today)s AND {IS_ADDRESSED.strip()}
"""  # noqa: S608 - constants
_READ = """
INSERT INTO announcement_reading (announcement_id, body_id, officer_id, read_at)
VALUES (%(number)s, %(body)s, %(officer)s, %(now)s)
ON CONFLICT (announcement_id, body_id) DO NOTHING
"""


class AnnouncementNotFound(NotFound):
    """There is no such announcement, or it is not for whoever asks: the same answer to both."""


class UnableToAnnounce(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_announce"


class UnableToWithdraw(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_withdraw"


class UnableToAcknowledge(AccountingError):
    """The announcement was withdrawn."""

    code = "unable_to_acknowledge"


def announce(
    *,
    offices: Sequence[Office],
    office_name: str | None,
    wording: rules.Wording,
    addressed: rules.Addressed,
    officer_id: UUID,
    now: datetime,
) -> int:
    """Announce something to bodies of an office's area; return the announcement's number.

    Args:
        offices: those that the officer holds and that announce, the widest first; at least one.
        office_name: in whose name; None: the widest office's.
        wording: what is announced, from when and until when.
        addressed: to whom; nothing named: to all of the office's area.
        officer_id: who announces it.
        now: when.

    Raises:
        UnableToAnnounce: at least one rule refuses.
    """
    chosen = [one for one in offices if office_name in {None, one.name}]
    office = chosen[0] if chosen else offices[0]
    facts = rules.AnnouncementFacts(
        office_is_held=bool(chosen),
        wording=wording,
        addressed=addressed,
        found=_found(office, addressed),
        today=timezone.localdate(now),
    )
    if refusals := list(rules.announcement_refusals(facts)):
        raise UnableToAnnounce(refusals)
    return _write(office, wording, addressed, officer_id, now)


def _write(
    office: Office,
    wording: rules.Wording,
    addressed: rules.Addressed,
    officer_id: UUID,
    now: datetime,
) -> int:
    """Write an announcement with its addressees; return its number."""
    with transaction.atomic():
        made = Announcement.objects.create(
            role=office.role,
            level=office.level,
            area=office.area,
            title=wording.title.strip(),
            text=wording.text.strip(),
            is_urgent=wording.is_urgent,
            kinds=" ".join(sorted(addressed.kinds)),
            from_date=wording.from_date,
            until_date=wording.until_date,
            officer_id=officer_id,
            announced_at=now,
        )
        AnnouncementAddressee.objects.bulk_create(
            AnnouncementAddressee(announcement=made, level=level, code=code)
            for level, code in _places(office, addressed)
        )
    return made.id


def withdraw(
    *, number: int, offices: Sequence[Office], reason: str, officer_id: UUID, now: datetime
) -> None:
    """Withdraw an announcement of one of the officer's offices; it stays, with who and why.

    Raises:
        AnnouncementNotFound: there is none in the officer's area.
        UnableToWithdraw: it is another office's, withdrawn before, or the reason cannot be shown.
    """
    found = rows(_KNOWN, {**as_facts(offices), "number": number})
    if not found:
        raise AnnouncementNotFound([])
    ((is_own, is_withdrawn),) = found
    facts = rules.WithdrawalFacts(is_of_own_office=is_own, is_withdrawn=is_withdrawn, reason=reason)
    if refusals := list(rules.withdrawal_refusals(facts)):
        raise UnableToWithdraw(refusals)
    values = {"number": number, "officer": officer_id, "reason": reason.strip(), "now": now}
    if not rows(_WITHDRAW, values):
        raise UnableToWithdraw([rules.WITHDRAWN])


def acknowledge(*, body_code: str, number: int, officer_id: UUID, now: datetime) -> None:
    """Note that a body has read an announcement; the first officer to say so is kept.

    Raises:
        AnnouncementNotFound: there is none for this body, or not yet.
        UnableToAcknowledge: it was withdrawn.
    """
    found = rows(
        _ADDRESSED, {"number": number, "body": body_code, "today": timezone.localdate(now)}
    )
    if not found:
        raise AnnouncementNotFound([])
    ((body_id, is_withdrawn),) = found
    if is_withdrawn:
        raise UnableToAcknowledge([rules.WITHDRAWN])
    reading = {"number": number, "body": body_id, "officer": officer_id, "now": now}
    run(_READ, reading)


def _found(office: Office, addressed: rules.Addressed) -> rules.Addressed:
    asked = {
        way: list(getattr(addressed, way)) for way in ("provinces", "districts", "bodies", "kinds")
    }
    ((provinces, districts, bodies, kinds),) = rows(
        _FOUND, {**asked, "level": office.level, "area": office.area}
    )
    return rules.Addressed(
        provinces=provinces or (), districts=districts or (), bodies=bodies or (), kinds=kinds or ()
    )


def _places(office: Office, addressed: rules.Addressed) -> list[tuple[str, str]]:
    named = [
        *(("P", code) for code in addressed.provinces),
        *(("D", code) for code in addressed.districts),
        *(("B", code) for code in addressed.bodies),
    ]
    return named or [(office.level, office.area)]
