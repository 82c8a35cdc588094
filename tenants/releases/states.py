"""Writing down how far the fleet has come: set-based, one statement each."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, transaction

from tenants.control import CONTROL
from tenants.releases import kept, rules
from tenants.releases.models import PlaceRelease, PlaceState, Release, ReleaseState
from tenants.releases.queries import USES_MIGRATED

_LOCK = 7_204_117  # of the control plane: one migration at a time
# A place that was on its way to an earlier release is on its way to this one.
_PLAN = """
INSERT INTO place_release (place_id, release_id, wave, state, attempts, error, at)
SELECT id, %(release)s, CASE WHEN %(late)s THEN 4 ELSE wave END, 'pending', 0, '', %(now)s
  FROM (SELECT p.id,
               CASE WHEN coalesce(b.is_training, false) THEN 1
                    WHEN row_number() OVER (ORDER BY md5(p.id::text || %(release)s)) %% 100 = 1
                         THEN 2
                    WHEN p.cell_id = smallest.cell_id THEN 3
                    ELSE 4 END AS wave
          FROM place p LEFT JOIN body b ON b.id = p.body_id
          LEFT JOIN (SELECT cell_id FROM place WHERE use = 'live' GROUP BY cell_id
                      ORDER BY count(*), cell_id LIMIT 1) AS smallest ON true
         WHERE p.use = ANY (%(uses)s)) AS planned
ON CONFLICT (place_id) DO UPDATE
   SET release_id = excluded.release_id, wave = excluded.wave, state = 'pending', attempts = 0,
       error = '', at = excluded.at
 WHERE place_release.release_id <> excluded.release_id
"""


class AnotherMigrationRuns(Exception):
    """Another process is bringing the fleet to a release at this moment."""


def hold_the_fleet() -> None:
    """Take the lock of fleet migrations for as long as this process's connection lives.

    Raises:
        AnotherMigrationRuns: another process has it. That of a killed one is free at once.
    """
    with connections[CONTROL].cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        try:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        except Exception as error:
            if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise AnotherMigrationRuns from error
            raise
        finally:
            with suppress(Exception):
                cursor.execute("RESET lock_timeout")


def let_the_fleet_go() -> None:
    """Give the lock back."""
    with connections[CONTROL].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def know_releases(releases: Sequence[kept.Release], *, now: datetime) -> Release:
    """Write down the releases that the template knows and the control plane does not.

    The first of all is done: whatever there is was made of it. Return the newest.
    """
    for one in releases:
        Release.objects.get_or_create(
            name=one.name,
            defaults={
                "number": one.number,
                "previous": one.previous,
                "migrations": list(one.migrations),
                "shared_statements": list(one.shared_statements),
                "body_statements": list(one.body_statements),
                "grants_again": one.grants_again,
                "structure": one.structure,
                "sha256": one.sha256,
                "recorded_at": now,
                "state": ReleaseState.RECORDED if one.previous else ReleaseState.DONE,
                "finished_at": None if one.previous else now,
            },
        )
    newest: Release = Release.objects.get(name=releases[-1].name)
    return newest


def plan(release: str, *, now: datetime, late: bool = False) -> int:
    """Give each place that has none a wave of the release; return how many these were.

    Args:
        release: its name.
        now: when.
        late: they came while the waves went on, and go with the last.
    """
    facts = {"release": release, "uses": list(USES_MIGRATED), "now": now, "late": late}
    return _change(_PLAN, facts)


def join_the_way(place: UUID, *, at: str, like: UUID, now: datetime) -> None:
    """Put a place that becomes somebody's books on its way; in the caller's transaction.

    One that is at the newest release has none. One that is not reopens a release that the fleet
    has come to: the next run brings it there, instead of finding nothing to do.

    Args:
        place: whose.
        at: the release that its schema says it is at.
        like: the place that it is a copy of, or itself: parked there, it is parked here.
        now: when.
    """
    newest = _newest_locked()
    if newest is None or at == newest.name:
        PlaceRelease.objects.filter(place_id=place).delete()
        return
    rows = PlaceRelease.objects.filter(place_id=like, release=newest, state=PlaceState.PARKED)
    was = rows.first()
    PlaceRelease.objects.update_or_create(
        place_id=place,
        defaults={
            "release": newest,
            "wave": was.wave if was else rules.ALL,
            "state": PlaceState.PARKED if was else PlaceState.PENDING,
            "attempts": was.attempts if was else 0,
            "error": was.error if was else "",
            "at": now,
        },
    )
    if was is None and newest.state == ReleaseState.DONE:
        come_to(newest, ReleaseState.RUNNING)


def end(release: Release, *, now: datetime) -> bool:
    """Write down that the fleet has come to a release; tell whether that is so.

    It is not when a place waits, or has come since the last look. Whoever puts books in a place
    takes the release's row first, so none can come unseen between the look and the end.
    """
    with transaction.atomic():
        newest = _newest_locked()
        assert newest is not None  # there is this one
        late = plan(release.name, now=now, late=True)
        waiting = PlaceRelease.objects.filter(release=release, state=PlaceState.PENDING)
        is_over = not late and not waiting.exists()
        if is_over:
            come_to(release, ReleaseState.DONE, finished_at=now)
    return is_over


def _newest_locked() -> Release | None:
    """Return the newest release with its row locked, to the end of the transaction."""
    found: Release | None = Release.objects.select_for_update().order_by("-number").first()
    return found


def note_done(release: str, places: Iterable[UUID], *, now: datetime) -> int:
    """Write down that these places have reached the release."""
    return _change(
        "UPDATE place_release SET state = 'done', error = '', at = %(now)s"
        " WHERE release_id = %(release)s AND place_id = ANY (%(places)s) AND state <> 'done'",
        {"release": release, "places": list(places), "now": now},
    )


def note_failed(
    release: str, place: UUID, *, attempts: int, error: str, is_parked: bool, now: datetime
) -> None:
    """Write down that a place failed once more; parked, it is not tried again by itself."""
    state = "parked" if is_parked else "pending"
    _change(
        "UPDATE place_release SET state = %(state)s, attempts = %(attempts)s, error = %(error)s,"
        " at = %(now)s WHERE release_id = %(release)s AND place_id = %(place)s",
        {
            "release": release,
            "place": place,
            "state": state,
            "attempts": attempts,
            "error": error,
            "now": now,
        },
    )


def retry(release: str, *, code: str | None, parked: bool, now: datetime) -> int:
    """Make places pending again: a body's, those parked, or both; return how many."""
    return _change(
        """
        UPDATE place_release r SET state = 'pending', attempts = 0, at = %(now)s
          FROM place p LEFT JOIN body b ON b.id = p.body_id
         WHERE p.id = r.place_id AND r.release_id = %(release)s AND r.state <> 'pending'
           AND (%(code)s::text IS NULL OR b.code = %(code)s)
           AND (r.state = 'parked' OR NOT %(parked)s)
        """,
        {"release": release, "code": code, "parked": parked, "now": now},
    )


def put_right(release: str, behind: Iterable[tuple[str, str]], *, now: datetime) -> int:
    """Make pending again what was written down as done and, by its schema, is not.

    Args:
        release: its name.
        behind: cell and schema of each that says another release.
        now: when.
    """
    pairs = list(behind)
    facts = {
        "release": release,
        "cells": [cell for cell, _ in pairs],
        "schemas": [schema for _, schema in pairs],
        "now": now,
    }
    return _change(
        """
        UPDATE place_release r SET state = 'pending', at = %(now)s
          FROM place p JOIN unnest(%(cells)s::text[], %(schemas)s::text[]) AS b (cell, schema)
               ON b.cell = p.cell_id AND b.schema = p.schema_name
         WHERE p.id = r.place_id AND r.release_id = %(release)s AND r.state = 'done'
        """,
        facts,
    )


def come_to(release: Release, state: ReleaseState, **told: Any) -> None:
    """Write down how far the fleet has come with a release."""
    with transaction.atomic():
        for name, value in {"state": state, **told}.items():
            setattr(release, name, value)
        release.save(update_fields=["state", *told])


def wave_size(release: str, wave: int) -> tuple[int, int]:
    """Return how many places a wave has, and how many of them are parked."""
    with connections[CONTROL].cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE state = 'parked') FROM place_release"
            " WHERE release_id = %s AND wave = %s",
            [release, wave],
        )
        places, parked = cursor.fetchone() or (0, 0)
        return int(places), int(parked)


def _change(query: str, facts: dict[str, Any]) -> int:
    with connections[CONTROL].cursor() as cursor:
        cursor.execute(query, facts)
        return int(cursor.rowcount)
