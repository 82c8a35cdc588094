"""What processes answered is told to the control plane, and added up by area and day."""

import atexit
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from tenants.rollups.kept import CONTROL, run
from tenants.service_levels.counting import SERVED, Served, Tally

KEPT_DAYS = timedelta(days=62)
TOLD_EVERY_SECONDS = 15.0
_log = structlog.get_logger("openlaas.service_levels")

# In one order of areas: two processes that tell at once wait for each other, and neither forever.
_TELL = """
INSERT INTO area_service AS kept
       (level, area, day, requests, prompt, turned_away, failed, told_at)
SELECT at.level, at.area, %(day)s, sum(told.requests), sum(told.prompt), sum(told.turned_away),
       sum(told.failed), %(now)s
  FROM unnest(%(codes)s::varchar[], %(requests)s::bigint[], %(prompt)s::bigint[],
              %(turned_away)s::bigint[], %(failed)s::bigint[])
       AS told (code, requests, prompt, turned_away, failed)
  JOIN body b ON b.code = told.code AND NOT b.is_training,
       LATERAL (VALUES ('N', ''), ('P', b.province_id),
                       ('D', coalesce(b.district_id, b.province_id || '00')),
                       ('K', b.kind)) AS at (level, area)
 GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (level, area, day)
    DO UPDATE SET requests = kept.requests + excluded.requests,
                  prompt = kept.prompt + excluded.prompt,
                  turned_away = kept.turned_away + excluded.turned_away,
                  failed = kept.failed + excluded.failed,
                  told_at = greatest(kept.told_at, excluded.told_at)
"""
_FORGET = "DELETE FROM area_service WHERE day < %s"


def tell(*, taken: Mapping[str, Tally], now: datetime) -> None:
    """Add tallies to the day of ``now``; a code that no body has is left out.

    Args:
        taken: by the body's code.
        now: seconds after the requests: what was asked before midnight may be counted after it.

    Raises:
        django.db.Error: the control plane is away; nothing was added.
    """
    facts = {
        "codes": list(taken),
        "day": timezone.localdate(now),
        "now": now,
        **{
            name: [getattr(one, name) for one in taken.values()]
            for name in ("requests", "prompt", "turned_away", "failed")
        },
    }
    with transaction.atomic(using=CONTROL):
        run(_TELL, facts)


def forget(*, now: datetime) -> None:
    """Forget days of long ago."""
    run(_FORGET, [timezone.localdate(now - KEPT_DAYS)])


def tell_what_is_there(*, served: Served = SERVED) -> None:
    """Tell what this process has answered; what cannot be told now is kept for the next time."""
    try:
        _tell_or_put_back(served)
    except DatabaseError as error:
        _log.warning("service_levels_not_told", error=str(error))


def tell_regularly() -> None:
    """Tell every few seconds and when the process ends, on a thread of its own.

    A process that is killed takes the last seconds' counts with it.
    """
    ends = threading.Event()

    def work() -> None:
        while not ends.wait(TOLD_EVERY_SECONDS):
            tell_what_is_there()

    threading.Thread(target=work, name="service-levels", daemon=True).start()
    atexit.register(_tell_a_last_time)


def _tell_or_put_back(served: Served) -> None:
    taken = served.take()
    if not taken:
        return
    try:
        tell(taken=taken, now=timezone.now())
    except DatabaseError:
        served.put_back(taken)
        raise
    finally:
        connections.close_all()  # this thread's own: it comes again in a quarter of a minute


def _tell_a_last_time() -> None:
    # Where all is being stopped the control plane may be gone already, and the log's file too.
    with suppress(DatabaseError):
        _tell_or_put_back(SERVED)
