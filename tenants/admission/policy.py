"""Measures in force: set, ended and told by an operator; known to every process within seconds."""

import logging
import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from django.db import connections, transaction
from django.db.models import Q

from tenants.admission.measures import NOTHING, BodyFacts, Policy, SentAway, What, staged
from tenants.admission.models import AdmissionMeasure
from tenants.admission.reading_measures import Asked, MeasureRefused, policy_of, refusals_of
from tenants.directory.models import Body, Province

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=5)
_PATIENCE_SECONDS = 2
_CONNECTING = ("dbname", "host", "port", "user", "password")
_IN_FORCE = """
SELECT what, settings, words_th, words_en, until FROM admission_measure
 WHERE ended_at IS NULL AND (until IS NULL OR until > %s) ORDER BY from_at
"""


def put_in_force(*, asked: Asked, reason: str, set_by: str, now: datetime) -> None:
    """Put a measure in force; the one of its kind that was in force ends.

    Raises:
        MeasureRefused: at least one rule refuses.
    """
    provinces = set(Province.objects.values_list("code", flat=True))
    kinds = set(Body.objects.values_list("kind", flat=True).distinct())
    if refusals := refusals_of(asked, provinces=provinces, kinds=kinds, now=now):
        raise MeasureRefused(refusals)
    with transaction.atomic():
        _end(asked.what, ended_by=set_by, now=now)
        AdmissionMeasure.objects.create(
            what=asked.what,
            settings=asked.settings,
            words_th=asked.words_th,
            words_en=asked.words_en,
            until=asked.until,
            reason=reason,
            set_by=set_by,
            from_at=now,
        )
    KNOWN.forget()


def end(*, what: What, ended_by: str, now: datetime) -> bool:
    """End a measure; return whether it was in force."""
    with transaction.atomic():
        found = _end(what, ended_by=ended_by, now=now)
    KNOWN.forget()
    return found


def in_force(*, now: datetime) -> list[AdmissionMeasure]:
    """Return the measures in force, in the order of the ladder."""
    rows = AdmissionMeasure.objects.filter(
        Q(until__isnull=True) | Q(until__gt=now), ended_at__isnull=True
    )
    order = list(What)
    return sorted(rows, key=lambda row: order.index(What(row.what)))


def history() -> list[AdmissionMeasure]:
    """Return all measures that ever were, the newest first."""
    return list(AdmissionMeasure.objects.order_by("-from_at"))


def not_yet(*, officer_id: UUID, now: datetime) -> SentAway | None:
    """Return why the officer may not sign in now; None mostly, and then nothing is asked.

    Whoever serves no body - the centre, operators - is in no group.

    Args:
        officer_id: whose identity was proved.
        now: in Bangkok's time.
    """
    groups = KNOWN.at(now).groups
    if not groups:
        return None
    today = now.date()
    bodies = Body.objects.filter(
        Q(appointment__to_date__isnull=True) | Q(appointment__to_date__gte=today),
        appointment__officer_id=officer_id,
        appointment__from_date__lte=today,
        appointment__ended_at__isnull=True,
    ).values_list("code", "kind", "province_id")
    held = [BodyFacts(code=code, kind=kind, province=province) for code, kind, province in bodies]
    return staged(groups, held, now=now)


class Known:
    """What this process knows of the measures in force.

    It is read at most every five seconds, by one request while the others go on with what is
    known, and on a connection of its own: the control plane's being away costs nobody more than
    that, and what was known stays in force.
    """

    def __init__(self, read: Callable[[datetime], Policy]) -> None:
        self._read = read
        self._policy = NOTHING
        self._read_at: datetime | None = None
        self._lock = threading.Lock()

    def at(self, now: datetime) -> Policy:
        """Return what is in force."""
        read_at = self._read_at
        if read_at is not None and timedelta(0) <= now - read_at < EVERY:
            return self._policy
        if self._lock.acquire(blocking=False):
            try:
                self._policy = self._read(now)
            except psycopg.Error as error:
                log.warning("the measures in force are not known anew: %s", error)
            finally:
                self._read_at = now
                self._lock.release()
        return self._policy

    def forget(self) -> None:
        """Have it read anew by whoever asks next."""
        self._read_at = None


def _end(what: What, *, ended_by: str, now: datetime) -> bool:
    open_ones = AdmissionMeasure.objects.select_for_update().filter(what=what, ended_at=None)
    return open_ones.update(ended_at=now, ended_by=ended_by) > 0


def _read_in_force(now: datetime) -> Policy:
    told = connections["default"].get_connection_params()
    where = {name: told[name] for name in _CONNECTING if told.get(name)}
    with psycopg.connect(**where, connect_timeout=_PATIENCE_SECONDS) as connection:
        rows: Collection[tuple[object, ...]] = connection.execute(_IN_FORCE, [now]).fetchall()
    return policy_of([_asked(row) for row in rows])


def _asked(row: tuple[object, ...]) -> Asked:
    what, settings, words_th, words_en, until = row
    assert isinstance(settings, dict)  # jsonb of an object: `Asked.settings` was one
    assert until is None or isinstance(until, datetime)
    return Asked(
        what=What(str(what)),
        settings=settings,
        words_th=str(words_th),
        words_en=str(words_en),
        until=until,
    )


KNOWN = Known(_read_in_force)
