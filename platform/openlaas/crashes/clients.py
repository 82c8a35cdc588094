"""Dozens of programs that post through the API, and never give a key up before it is answered."""

import http.client
import json
import threading
import time
import uuid
from collections.abc import Sequence
from random import Random

from django.utils import timezone

from openlaas.bench.offices import Office
from openlaas.crashes.history import History, Posting, new_posting

_ANSWER_SECONDS = 20
_LONGEST_PAUSE_SECONDS = 0.1  # between two postings of one client
_SHARE_SENT_TWICE = 0.1  # of what was answered already
_CONFLICT = 409
# A body has enough in hand; a proxy's words for no answer; busy: to be sent again.
_NOT_NOW = frozenset({429, 502, 503, 504})
_SERVER_ERRORS = range(500, 600)


class Client(threading.Thread):
    """One program: posts, waits for the answer, posts again, until it is told to finish."""

    def __init__(self, number: int, *, port: int, offices: Sequence[Office], history: History,
                 seed: int) -> None:  # fmt: skip
        super().__init__(name=f"client-{number}", daemon=True)
        self._port, self._offices, self._history = port, offices, history
        self._random = Random(f"{seed} {number}")  # noqa: S311 - no secret
        self._connection: http.client.HTTPConnection | None = None
        self.is_finishing = threading.Event()
        self.has_given_up = threading.Event()

    def run(self) -> None:
        """Post until told to finish; what was begun is settled first."""
        try:
            self._post()
        finally:
            self._hang_up()

    def _post(self) -> None:
        while not self.is_finishing.is_set():
            office = self._random.choice(self._offices)
            posting = new_posting(
                self._random, office, key=uuid.uuid4().hex, today=timezone.localdate()
            )
            self._history.begin(posting)
            self._send_until_settled(posting)
            if posting.trouble:
                self._history.complain(posting.trouble)
            elif self._random.random() < _SHARE_SENT_TWICE:
                self._send_again(posting)
            time.sleep(self._random.uniform(0, _LONGEST_PAUSE_SECONDS))

    def _send_until_settled(self, posting: Posting) -> None:
        posting.first_sent_at = time.monotonic()
        while not self.has_given_up.is_set():
            answer = self._send(posting)
            if answer is not None:
                status, content, is_kept = answer
                posting.settle(status, content, is_kept=is_kept, now=time.monotonic())
                return
            time.sleep(self._random.uniform(0.02, 0.3))

    def _send_again(self, posting: Posting) -> None:
        """Repeat what was answered: the same answer, and no second effect."""
        first = posting.answer_sha256
        again = Posting(
            office=posting.office, path=posting.path, key=posting.key, body=posting.body,
            expected=posting.expected, entries={},
        )  # fmt: skip
        self._send_until_settled(again)
        if again.answer_sha256 is not None and again.answer_sha256 != first:
            self._history.complain(f"{posting.key} was answered otherwise the second time")

    def _send(self, posting: Posting) -> tuple[int, bytes, bool] | None:
        """Send once; return status, content and whether it was kept, or None when nobody knows."""
        sent_at = time.monotonic()
        self._history.sent()
        outcome, answer = "no answer", None
        try:
            status, content, is_kept = self._ask(posting)
        except (OSError, http.client.HTTPException):
            self._hang_up()
        else:
            outcome = str(status)
            if not _is_unknown(status, content):
                answer = status, content, is_kept
            elif status not in _NOT_NOW and status in _SERVER_ERRORS:
                self._history.complain(f"{status}: {content[:300].decode(errors='replace')}")
        if answer is None:
            posting.outcomes.append(outcome)
        self._history.heard(outcome, sent_at=sent_at, is_acknowledged=answer is not None)
        return answer

    def _ask(self, posting: Posting) -> tuple[int, bytes, bool]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=_ANSWER_SECONDS
            )
        self._connection.request(
            "POST",
            f"/api/v1/bodies/{posting.office.code}/{posting.path}",
            body=posting.body,
            headers={
                "Host": "localhost",
                "Authorization": f"Bearer {posting.office.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": posting.key,
            },
        )
        answer = self._connection.getresponse()
        return answer.status, answer.read(), answer.headers.get("Idempotency-Hit") == "true"

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _is_unknown(status: int, content: bytes) -> bool:
    """Tell whether the answer leaves open what happened: the same key must be sent again."""
    if status in _SERVER_ERRORS or status in _NOT_NOW:
        return True
    return status == _CONFLICT and json.loads(content)["code"] == "idempotency_in_progress"


def finish(clients: Sequence[Client], *, seconds: float) -> None:
    """Let the clients settle what they have begun; after so long they give up."""
    for client in clients:
        client.is_finishing.set()
    deadline = time.monotonic() + seconds
    for client in clients:
        client.join(max(deadline - time.monotonic(), 0))
    for client in clients:
        client.has_given_up.set()
    for client in clients:
        client.join(_ANSWER_SECONDS + 1)
