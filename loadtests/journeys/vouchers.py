"""A ฎีกา by its six people, from the clerk who draws it up to the mayor who approves it."""

from typing import Any

from locust import task
from locust.exception import StopUser

from loadtests.journeys.speaking import Speaker, fiscal_year, today

CLERK = "UNIT_CLERK"
# Who signs which step, each after looking at what waits for them.
STEPS = (
    ("UNIT_HEAD", "draft", "request"),
    ("FIN_OFFICER", "requested", "receive"),
    ("FIN_DIRECTOR", "received", "examine"),
    ("CLERK_LAO", "examined", "endorse"),
    ("EXECUTIVE", "endorsed", "approve"),
)
DESKS = (CLERK, *(desk for desk, _, _ in STEPS))
_ELECTRICITY, _LEAST = "340100", 100_00


class VoucherUser(Speaker):
    """The six people of one body that has a budget in force, and a seller."""

    def on_start(self) -> None:
        """Take an office, sign its people in, and see what may be spent."""
        super().on_start()
        run = self.environment.office_run
        offices = run.offices(DESKS)
        while (desks := offices.take()) is not None:
            self.body = f"bodies/{desks[CLERK].body_code}"
            self.tokens = {desk: self.sign_in(desks[desk]) for desk in DESKS}
            if self._may_spend():
                offices.put_back(desks)  # others may work beside
                return
        trouble = "no body of the file has a division, a seller and a budget in force"
        run.troubles.append(f"{trouble}: see openlaas demo --bodies")
        raise StopUser

    @task
    def a_voucher(self) -> None:
        """Draw a voucher up, and have it signed to its approval."""
        said = {
            "fiscal_year": fiscal_year(),
            "unit": self.unit,
            "budget_line": self.line,
            "payee": self.payee,
            "description": "ค่าไฟฟ้า",
            "gross": f"{self.random.randrange(_LEAST, 10 * _LEAST) / 100:.2f}",
            "source": {"kind": "utility"},
            "made_on": today().isoformat(),
        }
        made = self._ask(CLERK, "POST", "vouchers", "draw up", json=said, wanted=201)
        if made is None:
            return
        for desk, state, action in STEPS:
            self._ask(desk, "GET", f"vouchers?state={state}", "list vouchers")
            self._ask(desk, "GET", f"vouchers/{made['id']}", "open a voucher")
            path = f"vouchers/{made['id']}/{action}"
            if self._ask(desk, "POST", path, action, json={}) is None:
                return

    def _may_spend(self) -> bool:
        """Look for a division, a seller and a line with money; tell whether all are there."""
        lines = f"budget-lines?fiscal_year={fiscal_year()}&available=true&q={_ELECTRICITY}&limit=1"
        found = [
            self._ask(CLERK, "GET", path, "see what may be spent")
            for path in ("divisions?limit=1", "vendors?limit=1&active=true", lines)
        ]
        firsts = [answer["items"][0] for answer in found if answer and answer["items"]]
        if len(firsts) < len(found):
            return False
        self.unit, self.payee, self.line = firsts[0]["code"], firsts[1]["id"], firsts[2]["id"]
        return True

    def _ask(
        self, desk: str, method: str, path: str, name: str, **request: Any
    ) -> dict[str, Any] | None:
        token = self.tokens[desk]
        return self.send(method, f"{self.body}/{path}", name, token, **request)
