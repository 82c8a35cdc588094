"""Money in, by its three people: receipts, handed over, counted, summed up, checked."""

from typing import Any

from locust import task

from loadtests.journeys.speaking import Speaker, today

COLLECTOR, CASHIER, BOOKKEEPER = "COLLECTOR", "FIN_OFFICER", "FIN_DIRECTOR"
DESKS = (COLLECTOR, CASHIER, BOOKKEEPER)
_REVENUES = ("4401030106.001", "4401010104.001", "4401060102.001")
_MOST_RECEIPTS = 4  # before they are handed over


class ReceiptUser(Speaker):
    """The counter of one body; no two have the same, for a day is summed up by one."""

    def on_start(self) -> None:
        """Take a counter, and sign its officers in."""
        super().on_start()
        run = self.environment.office_run
        self.desks = run.offices(DESKS).take()
        if self.desks is None:  # more users than bodies: this one has nothing to do
            return
        self.body = f"bodies/{self.desks[COLLECTOR].body_code}"
        self.tokens = {desk: self.sign_in(self.desks[desk]) for desk in DESKS}

    def on_stop(self) -> None:
        """Leave the counter to the next one."""
        if self.desks is not None:
            self.environment.office_run.offices(DESKS).put_back(self.desks)

    @task
    def a_round(self) -> None:
        """Collect, hand over, count, sum up, check."""
        if self.desks is None:
            return
        for _ in range(self.random.randint(1, _MOST_RECEIPTS)):
            self._collect()
        day = {"collected_on": today().isoformat()}
        self._ask(COLLECTOR, "GET", "receipts?state=issued", "list receipts")
        if self._ask(COLLECTOR, "POST", "remittances", "hand over", json=day, wanted=201):
            self._count(day["collected_on"])
        asked = "sum the day up"
        if self._ask(CASHIER, "POST", "remittance-summaries", asked, json=day, wanted=201):
            self._check()

    def _collect(self) -> None:
        satang = self.random.randrange(2_000, 500_000, 25)
        said = {
            "received_on": today().isoformat(),
            "payer": "นายมานะ อดทน",
            "method": "cash",
            "lines": [
                {
                    "revenue": self.random.choice(_REVENUES),
                    "amount": f"{satang // 100}.{satang % 100:02d}",
                }
            ],
        }
        self._ask(COLLECTOR, "POST", "receipts", "issue a receipt", json=said, wanted=201)

    def _count(self, day: str) -> None:
        """Count what the day's slips say; all of it is cash."""
        for slip in self._waiting(CASHIER, "remittances", "list slips"):
            if slip["document_date"] == day:
                path, said = f"remittances/{slip['id']}/receive", {"counted": slip["amount"]}
                self._ask(CASHIER, "POST", path, "receive a slip", json=said)

    def _check(self) -> None:
        for summary in self._waiting(BOOKKEEPER, "remittance-summaries", "list summaries"):
            path = f"remittance-summaries/{summary['id']}/check"
            self._ask(BOOKKEEPER, "POST", path, "check a summary", json={})

    def _waiting(self, desk: str, path: str, name: str) -> list[dict[str, Any]]:
        answer = self._ask(desk, "GET", f"{path}?state=draft", name)
        return answer["items"] if answer else []

    def _ask(
        self, desk: str, method: str, path: str, name: str, **request: Any
    ) -> dict[str, Any] | None:
        token = self.tokens[desk]
        return self.send(method, f"{self.body}/{path}", name, token, **request)
