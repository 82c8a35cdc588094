"""An officer at work: signs in, looks around, and if it is an accountant posts entries."""

import uuid
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

from locust import FastHttpUser, between, task

from loadtests import mix
from loadtests.entries import balanced_entry

_BANGKOK = timezone(timedelta(hours=7))
_FIRST_MONTH_OF_FISCAL_YEAR, _BUDDHIST_ERA = 10, 543


class OfficeUser(FastHttpUser):
    """One officer; each simulated user is another one."""

    wait_time = between(0.2, 0.8)  # a smoke test, not a nation: mix.SECONDS_BETWEEN_ACTIONS
    connection_timeout = network_timeout = 30

    def on_start(self) -> None:
        """Sign in with the password; go on with the file's token when that is refused."""
        run = self.environment.office_run
        self.officer = run.deck.draw()
        self.random = Random(run.random.random())  # noqa: S311 - no secret
        self.number: str | None = None
        weights = mix.ACCOUNTANT if self.officer.may_post else mix.OTHERS
        self.actions = list(weights), list(weights.values())
        self.token = self.officer.token
        credentials = {"username": self.officer.username, "password": self.officer.password}
        answer = self._send("POST", "auth/tokens", "sign in", json=credentials, wanted=201)
        if answer is not None:
            self.token = answer["token"]
            run.bodies_active.add(self.officer.body_code)

    @task
    def act(self) -> None:
        """Do what comes next by the mix."""
        doings = {
            mix.POST_ENTRY: self.post_entry,
            mix.LIST_ENTRIES: self.list_entries,
            mix.READ_ENTRY: self.read_entry,
            mix.HOME: self.see_home,
            mix.WHO_AM_I: self.ask_who_i_am,
            mix.TRIAL_BALANCE: self.see_trial_balance,
        }
        (name,) = self.random.choices(*self.actions)
        doings[name]()

    def post_entry(self) -> None:
        """Post an ordinary entry of today."""
        entry = balanced_entry(self.random, entry_date=_today())
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        path = self._in_body("journal-entries")
        answer = self._send("POST", path, mix.POST_ENTRY, json=entry, headers=headers, wanted=201)
        if answer is not None:
            self.number = answer["number"]

    def list_entries(self) -> None:
        """See the latest fifty entries, and remember one to open."""
        answer = self._send("GET", self._in_body("journal-entries"), mix.LIST_ENTRIES)
        if answer and answer["items"]:
            self.number = self.random.choice(answer["items"])["number"]

    def read_entry(self) -> None:
        """Open an entry that was posted or seen; look for one when there is none yet."""
        if self.number is None:
            self.list_entries()
            return
        path = self._in_body(f"journal-entries/{self.number.replace('/', '-')}")
        self._send("GET", path, mix.READ_ENTRY)

    def see_home(self) -> None:
        """See the body's profile, as the portal's first page does."""
        self._send("GET", self._in_body(), mix.HOME)

    def ask_who_i_am(self) -> None:
        """See one's own bodies and roles."""
        self._send("GET", "me", mix.WHO_AM_I)

    def see_trial_balance(self) -> None:
        """See the trial balance of the running fiscal year."""
        today = _today()
        year = today.year + _BUDDHIST_ERA + (today.month >= _FIRST_MONTH_OF_FISCAL_YEAR)
        path = self._in_body(f"trial-balance?fiscal_year={year}")
        self._send("GET", path, mix.TRIAL_BALANCE)

    def _in_body(self, path: str = "") -> str:
        return f"bodies/{self.officer.body_code}" + (f"/{path}" if path else "")

    def _send(
        self, method: str, path: str, name: str, *, wanted: int = 200, **request: Any
    ) -> dict[str, Any] | None:
        """Send a request under the action's name; return its JSON, None when it failed."""
        headers = {"Authorization": f"Bearer {self.token}", **request.pop("headers", {})}
        with self.client.request(
            method, f"/api/v1/{path}", name=name, headers=headers, catch_response=True, **request
        ) as response:
            if response.status_code != wanted:
                response.failure(f"{response.status_code} instead of {wanted}")
                return None
            answer: dict[str, Any] = response.json()
            return answer


def _today() -> Any:
    return datetime.now(tz=_BANGKOK).date()
