"""What the journeys have in common: an officer signs in, and speaks to the API."""

import uuid
from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Any

from locust import FastHttpUser, between

from loadtests.officers import Officer

_BANGKOK = timezone(timedelta(hours=7))
_FIRST_MONTH_OF_FISCAL_YEAR, _BUDDHIST_ERA = 10, 543


class Speaker(FastHttpUser):
    """A simulated user who acts for one officer, or for several of an office."""

    abstract = True
    wait_time = between(0.2, 0.8)  # a smoke test, not a nation: mix.SECONDS_BETWEEN_ACTIONS
    connection_timeout = network_timeout = 30

    def on_start(self) -> None:
        """Give each user chances of its own, drawn from the run's seed."""
        seed = self.environment.office_run.random.random()
        self.random = Random(seed)  # noqa: S311 - it chooses what an officer does, no secret

    def sign_in(self, officer: Officer) -> str:
        """Sign in with the password; go on with the file's token when that is refused."""
        credentials = {"username": officer.username, "password": officer.password}
        answer = self.send("POST", "auth/tokens", "sign in", "", json=credentials, wanted=201)
        if answer is None:
            return officer.token
        self.environment.office_run.bodies_active.add(officer.body_code)
        return str(answer["token"])

    def send(
        self, method: str, path: str, name: str, token: str, *, wanted: int = 200, **request: Any
    ) -> dict[str, Any] | None:
        """Send a request under the action's name; return its JSON, None when it failed."""
        headers = {"Authorization": f"Bearer {token}"}
        if method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        with self.client.request(
            method, f"/api/v1/{path}", name=name, headers=headers, catch_response=True, **request
        ) as response:
            if response.status_code != wanted:
                response.failure(f"{response.status_code} instead of {wanted}")
                return None
            answer: dict[str, Any] = response.json()
            return answer


def today() -> date:
    """Return the day it is in Thailand."""
    return datetime.now(tz=_BANGKOK).date()


def fiscal_year() -> int:
    """Return the running fiscal year (B.E.)."""
    day = today()
    return day.year + _BUDDHIST_ERA + (day.month >= _FIRST_MONTH_OF_FISCAL_YEAR)
