"""How passwords are hashed: argon2id, at the cost that a sign-in storm can bear, and aside.

Note [Signing in yields to work]
After an outage everybody signs in at once, 130 a second in the nation (load_model.csv): four and a
half cores of hashing. So a process computes one hash at a time, on a thread of its own that yields
its core to whoever works (nice 10: for Linux a thread has a niceness of its own). Behind a proxy,
which has threads elsewhere and a queue, it lets no more wait for it than leave a thread to work;
who comes beyond that is told to come again: 503.
"""

import contextlib
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

NICENESS = 10


class TooManyAtOnce(Exception):
    """So many passwords are being checked that this one must come again."""


def _step_aside() -> None:
    thread = threading.get_native_id()
    niceness = max(os.getpriority(os.PRIO_PROCESS, thread), NICENESS)
    with contextlib.suppress(OSError):  # a system that does not let us: then hashes compete
        os.setpriority(os.PRIO_PROCESS, thread, niceness)


class HashingAside:
    """Computes hashes one after the other, aside; forgets its thread in a forked child."""

    def __init__(self) -> None:
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    @property
    def taken(self) -> int:
        """How many are computed or wait now."""
        return self._taken

    @contextlib.contextmanager
    def place(self) -> Iterator[ThreadPoolExecutor]:
        """Take a place of OPENLAAS_PASSWORDS_AT_ONCE, and give the thread that computes.

        Raises:
            TooManyAtOnce: there is none.
        """
        with self._lock:
            if self._taken >= settings.PASSWORDS_AT_ONCE:
                raise TooManyAtOnce
            self._taken += 1
        try:
            yield self._aside
        finally:
            with self._lock:
                self._taken -= 1

    def _begin(self) -> None:
        self._lock, self._taken = threading.Lock(), 0
        self._aside = ThreadPoolExecutor(
            max_workers=1, thread_name_prefix="passwords", initializer=_step_aside
        )


HASHING = HashingAside()


class OfficePasswordHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: OWASP's second setting, 0.035 CPU-seconds.

    Django's default costs 0.28 CPU-seconds and 100 MB a sign-in; 130 sign-ins a second would take
    36 cores instead of five.
    """

    memory_cost = 19 * 1024  # KiB
    time_cost = 2
    parallelism = 1

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether it is the password, computed aside.

        Raises:
            TooManyAtOnce: it must come again.
        """
        with HASHING.place() as aside:
            return bool(aside.submit(super().verify, password, encoded).result())
