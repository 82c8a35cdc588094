"""Recording a release, and bringing the fleet to it: the owner's commands."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import psycopg

from tenants.provisioning.servers import TEMPLATE_DATABASE, owner_connection
from tenants.releases import kept, queries, recording, rules, states
from tenants.releases.models import Release, ReleaseState
from tenants.releases.running import Manner, Say, TooManyFailed, Wave
from tenants.releases.shared_step import SharedStepFailed, bring_shared

_ROUNDS_AFTER = 5  # bodies made meanwhile, and what a look into the cells brings to light


class NothingRecorded(Exception):
    """The control plane knows no release: run `openlaas prepare`."""


class NoSuchBodyOnItsWay(Exception):
    """No place of that body is on its way to the release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a run ended.

    Attributes:
        release: the one that the fleet was brought to.
        state: how far the fleet is now.
        reached: places that reached it in this run.
        parked: places parked now, in all.
        away: cells that did not answer; their bodies wait.
        halted_because: why it stopped, if it did.
        seconds: how long it took.
    """

    release: str
    state: str
    reached: int = 0
    parked: int = 0
    away: tuple[str, ...] = ()
    halted_because: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the operator asked for.

    Attributes:
        last_wave: stop after this one.
        only: one body, whatever its wave.
        retry_parked: try those again that were parked.
        manner: how.
    """

    last_wave: int = rules.ALL
    only: str | None = None
    retry_parked: bool = False
    manner: Manner = field(default_factory=Manner)


def take_up_release(*, now: datetime) -> Release:
    """Record this program's release, unless it is known; the fleet is not touched.

    Raises:
        UnableToRecordRelease: the files do not make one.
    """
    return states.know_releases(recording.bring_template_to_this_release(), now=now)


def migrate_fleet(*, wishes: Wishes, clock: Callable[[], datetime], say: Say) -> Result:
    """Bring every place to the newest release, wave by wave; go on where a run was killed.

    A fleet that is there costs one question, however many bodies there are.

    Raises:
        NothingRecorded: there is no release.
        AnotherMigrationRuns: another process does this now.
        NoSuchBodyOnItsWay: ``wishes.only`` names none.
    """
    started = time.monotonic()
    release = queries.newest_release()
    if release is None:
        raise NothingRecorded
    if queries.is_done(release) and not wishes.retry_parked and wishes.only is None:
        return Result(release=release.name, state=release.state)
    states.hold_the_fleet()
    try:
        release.refresh_from_db()
        return _Fleet(release, wishes, clock, say).bring(started)
    finally:
        states.let_the_fleet_go()


@dataclass(slots=True)
class _Fleet:
    """The fleet on its way to one release."""

    release: Release
    wishes: Wishes
    clock: Callable[[], datetime]
    say: Say
    reached: int = 0
    away: frozenset[str] = frozenset()
    met: set[UUID] = field(default_factory=set)

    def bring(self, started: float) -> Result:
        """Run what was asked for; write down how it ended."""
        because = ""
        states.plan(self.release.name, now=self.clock())
        if self.wishes.retry_parked or self.wishes.only:
            self._try_again()
        releases = _releases_of_template(self.release)
        try:
            if self.wishes.only:
                self._wave(rules.ALL, releases, code=self.wishes.only)
            else:
                self._all_waves(releases)
        except (TooManyFailed, SharedStepFailed) as error:
            because = str(error)[:500]
            states.come_to(self.release, ReleaseState.HALTED, halted_because=because)
        return Result(
            release=self.release.name,
            state=self.release.state,
            reached=self.reached,
            parked=queries.overview()["parked"],
            away=tuple(sorted(self.away)),
            halted_because=because,
            seconds=time.monotonic() - started,
        )

    def _try_again(self) -> None:
        changed = states.retry(
            self.release.name,
            code=self.wishes.only,
            parked=self.wishes.only is None or self.wishes.retry_parked,
            now=self.clock(),
        )
        if self.wishes.only and not changed and not self._waits(self.wishes.only):
            raise NoSuchBodyOnItsWay(self.wishes.only)

    def _waits(self, code: str) -> bool:
        return bool(queries.waiting(self.release.name, rules.ALL, code=code))

    def _all_waves(self, releases: Sequence[kept.Release]) -> None:
        for wave in range(rules.TRAINING, self.wishes.last_wave + 1):
            states.come_to(
                self.release,
                ReleaseState.RUNNING,
                wave=max(wave, self.release.wave),
                halted_because="",
                started_at=self.release.started_at or self.clock(),
            )
            self._wave(wave, releases, is_patient=False)
        if self.wishes.last_wave == rules.ALL and self._is_everybody_there(releases):
            states.end(self.release, now=self.clock())

    def _wave(
        self,
        number: int,
        releases: Sequence[kept.Release],
        *,
        code: str | None = None,
        is_patient: bool = True,
    ) -> None:
        wave = Wave(
            release=self.release.name,
            number=number,
            releases=releases,
            manner=self.wishes.manner,
            clock=self.clock,
            say=self.say,
            code=code,
            is_patient=is_patient,
        )
        try:
            wave.run()
        finally:
            self.reached += wave.done
            self.away |= wave.away
            self.met |= wave.met

    def _is_everybody_there(self, releases: Sequence[kept.Release]) -> bool:
        """Look into every cell: is what was written down so, and was nobody made meanwhile?"""
        for _ in range(_ROUNDS_AFTER):
            late = states.plan(self.release.name, now=self.clock(), late=True)
            behind = self._behind(releases)
            wrong = states.put_right(self.release.name, behind, now=self.clock())
            # Books that moved meanwhile wait, or were left for now by a wave.
            if not late and not wrong and queries.pending(self.release.name) <= self.met:
                break
            for wave in rules.WAVE_NAMES:
                self._wave(wave, releases)
        return not queries.pending(self.release.name) and not self.away

    def _behind(self, releases: Sequence[kept.Release]) -> list[tuple[str, str]]:
        """Return cell and schema of each that was to be there and says another release."""
        behind = []
        for (name, host, port), held in queries.places_of_cells().items():
            server = {"host": host} if host else {}
            server |= {"port": str(port)} if port else {}
            try:
                with owner_connection(name, server) as cell:
                    bring_shared(cell, releases)
                    truth = kept.truth(cell)
            except psycopg.OperationalError:
                self.away |= {name}
                continue
            behind += [
                (name, one.schema)
                for one in held
                if one.state != "parked"
                and truth.get(one.schema, self.release.name) != self.release.name
            ]
        return behind


def _releases_of_template(release: Release) -> list[kept.Release]:
    """Return the releases as the template has them; what the control plane knows must be the same.

    Raises:
        SharedStepFailed: it is not.
    """
    with owner_connection(TEMPLATE_DATABASE) as template:
        known = kept.all_of(template)
    found = next((one for one in known if one.name == release.name), None)
    if found is None or found.sha256 != release.sha256:
        raise SharedStepFailed(f"the template has not recorded release {release.name} as it was")
    return known[: known.index(found) + 1]
