"""Acts through the API of a running system, each with the token of the officer who acts."""

import http.client
import json
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from urllib.parse import urlencode

from openlaas.workdays.hands import Refused, Said, Shown

_ANSWER_SECONDS = 60
_DONE = range(200, 300)


class ApiHands:
    """One program that acts for all officers of a body, one request after the other."""

    def __init__(self, *, port: int, code: str, tokens: Mapping[str, str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
        self._code, self._tokens = code, tokens
        self._run = uuid.uuid4().hex
        self.requests = 0

    def make(self, path: str, said: Said, *, by: str) -> Shown:
        """Make a document or an entry of a register; return it as it is shown."""
        shown: Shown = self._ask("POST", path, by=by, said=said)
        return shown

    def take(
        self, path: str, document: str, action: str, *, by: str, said: Said | None = None
    ) -> None:
        """Take a step of a document, by its id or its number."""
        self._ask("POST", f"{path}/{document.replace('/', '-')}/{action}", by=by, said=said or {})

    def show(self, path: str, document: str, *, by: str) -> Shown:
        """Return a document."""
        shown: Shown = self._ask("GET", f"{path}/{document}", by=by)
        return shown

    def look(self, path: str, *, by: str, **query: str) -> list[Shown]:
        """Return what a list shows, a thousand at the most."""
        answer = self._ask("GET", f"{path}?{urlencode({'limit': 1000, **query})}", by=by)
        items: list[Shown] = answer["items"]
        return items

    def day(self) -> AbstractContextManager[None]:
        """Do the acts of a day; each is a transaction of its own."""
        return nullcontext()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _ask(self, method: str, path: str, *, by: str, said: Said | None = None) -> Any:
        self.requests += 1
        headers = {"Host": "localhost", "Authorization": f"Bearer {self._tokens[by]}"}
        body = None
        if said is not None:
            body = json.dumps(said)
            headers |= {
                "Content-Type": "application/json",
                "Idempotency-Key": f"{self._run}-{self.requests:08d}",
            }
        self._connection.request(method, f"/api/v1/bodies/{self._code}/{path}", body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status not in _DONE:
            told = content.decode(errors="replace")[:2000]
            raise Refused(f"{by}: {method} {path} {body}: {answer.status} {told}")
        return json.loads(content)
