"""Programs that read pages of the books, and note which process answered for which body."""

import contextlib
import http.client
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random

from openlaas.bench.offices import Office

_ANSWER_SECONDS = 20
_LONGEST_PAUSE_SECONDS = 0.1
_NOT_AGAIN_SECONDS = 0.2
_PATHS = ("journal-entries", "accounts", "journal-entries?limit=5")


class Readers:
    """Some programs, each with a connection of its own."""

    def __init__(self, offices: Sequence[Office], *, port: int, clients: int, seed: int) -> None:
        """Make them, without starting them.

        Args:
            offices: whose books are read.
            port: of the proxy.
            clients: how many.
            seed: of what is read when.
        """
        self._offices, self._port = list(offices), port
        self._lock = threading.Lock()
        self._where: dict[str, Counter[str]] = defaultdict(Counter)
        self._is_over = threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=(Random(f"{seed} {n}"),), daemon=True)  # noqa: S311 - no secret
            for n in range(clients)
        ]
        self.answers: Counter[str] = Counter()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let them read for the length of a `with`."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            for thread in self._threads:
                thread.join(_ANSWER_SECONDS)

    def forget_where(self) -> None:
        """Begin to count anew which process answers."""
        with self._lock:
            self._where.clear()

    def homes(self) -> dict[str, str]:
        """Return the process that answered most often, by body."""
        with self._lock:
            return {code: nodes.most_common(1)[0][0] for code, nodes in self._where.items()}

    def strayed(self) -> float:
        """Return the share of answers that another process gave than the body's usual one."""
        with self._lock:
            every = sum(nodes.total() for nodes in self._where.values())
            home = sum(max(nodes.values()) for nodes in self._where.values())
        return 1 - home / every if every else 0.0

    def _read(self, random: Random) -> None:
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self._port, timeout=_ANSWER_SECONDS)
        ) as connection:
            while not self._is_over.is_set():
                office = random.choice(self._offices)
                outcome, node = self._asked(connection, office, random.choice(_PATHS))
                with self._lock:
                    self.answers[outcome] += 1
                    if node:
                        self._where[office.code][node] += 1
                time.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))

    @staticmethod
    def _asked(
        connection: http.client.HTTPConnection, office: Office, path: str
    ) -> tuple[str, str]:
        """Return the status of an answer and the process that gave it."""
        told = {"Host": "localhost", "Authorization": f"Bearer {office.token}"}
        try:
            connection.request("GET", f"/api/v1/bodies/{office.code}/{path}", headers=told)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            time.sleep(_NOT_AGAIN_SECONDS)
            return "no answer", ""
        return str(answer.status), answer.headers.get("X-OpenLAAS-Node", "")
