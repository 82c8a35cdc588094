"""What the journeys have in common: an officer signs in, and speaks to the API."""

import uuid
from typing import Any

from locust import FastHttpUser, between

from loadtests import mix
from loadtests.asking import fiscal_year, today
from loadtests.chances import chances
from loadtests.officers import Officer
from loadtests.working import Doing

__all__ = ["Speaker", "fiscal_year", "today"]


class Speaker(FastHttpUser):
    """A simulated user who acts for one officer, or for several of an office."""

    abstract = True
    wait_time = between(0.2, 0.8)  # a smoke test, not a nation: a profile says how long
    connection_timeout = network_timeout = 30

    def on_start(self) -> None:
        """Give each user chances of its own, drawn from the run's seed."""
        run = self.environment.office_run
        self.random = chances(run.random.random())
        if run.pause is not None:
            least, most = run.pause
            self.wait_time = lambda: self.random.uniform(least, most)

    def sign_in(self, officer: Officer) -> str:
        """Sign in with the password; go on with the file's token when that is refused.

        An officer whose password the file does not tell has signed in already.
        """
        if not officer.password:
            return officer.token
        credentials = {"username": officer.username, "password": officer.password}
        answer = self.send("POST", "auth/tokens", mix.SIGN_IN, "", json=credentials, wanted=201)
        if answer is None:
            return officer.token
        self.environment.office_run.working.bodies_active.add(officer.body_code)
        return str(answer["token"])

    def do(self, doing: Doing, token: str) -> None:
        """Send what an action asks, and let the others know what follows from the answer."""
        asked = doing.request
        headers = {"Authorization": f"Bearer {token}"}
        if asked.is_page:
            headers = {"Cookie": f"openlaas_portal={doing.officer.page_token}"}
        if asked.method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        with self.client.request(
            asked.method,
            asked.path,
            name=doing.action.key,
            headers=headers,
            json=asked.said,
            catch_response=True,
        ) as response:
            wanted = self.environment.office_run.working.heard(
                doing, response.status_code, response.content or b""
            )
            if not wanted:
                response.failure(f"{response.status_code} instead of {asked.wanted}")

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
