"""An officer at work: signs in, looks around, and if it is an accountant posts entries."""

from typing import Any

from locust import task

from loadtests import mix
from loadtests.entries import balanced_entry
from loadtests.journeys.speaking import Speaker, fiscal_year, today


class OfficeUser(Speaker):
    """One officer; each simulated user is another one."""

    def on_start(self) -> None:
        """Draw an officer, and sign in."""
        super().on_start()
        run = self.environment.office_run
        self.officer = run.deck.draw()
        self.number: str | None = None
        weights = mix.ACCOUNTANT if self.officer.may_post else mix.OTHERS
        self.actions = list(weights), list(weights.values())
        self.token = self.sign_in(self.officer)

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
        entry = balanced_entry(self.random, entry_date=today())
        path = self._in_body("journal-entries")
        answer = self._send("POST", path, mix.POST_ENTRY, json=entry, wanted=201)
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
        path = self._in_body(f"trial-balance?fiscal_year={fiscal_year()}")
        self._send("GET", path, mix.TRIAL_BALANCE)

    def _in_body(self, path: str = "") -> str:
        return f"bodies/{self.officer.body_code}" + (f"/{path}" if path else "")

    def _send(self, method: str, path: str, name: str, **request: Any) -> dict[str, Any] | None:
        return self.send(method, path, name, self.token, **request)
