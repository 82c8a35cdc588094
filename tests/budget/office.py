"""The officers of a body and above it, and the documents of the budget as programs send them."""

import uuid
from datetime import date

from tests.officers import AREAS, OnDemand, watch

YEAR, DAY = 2570, date(2026, 10, 5)
LINE = {
    "fund_source": "BUDGET",
    "plan": "00110",
    "task": "00111",
    "expenditure_type": "340500",
    "name": "ค่าบริการสื่อสารและโทรคมนาคม",
    "amount": "12740.00",
}
ROAD = {
    **LINE,
    "plan": "00310",
    "task": "00312",
    "expenditure_type": "421000",
    "project": "ถนนสายบ้านใต้",
    "name": "ก่อสร้างถนน คสล.",
    "amount": "500000.00",
    "explanation": "กว้าง 4 เมตร ยาว 200 เมตร",
}


def ordinance(**changed: object) -> dict[str, object]:
    """An ordinance as a program sends it."""
    return {
        "fiscal_year": YEAR,
        "title": "เทศบัญญัติงบประมาณรายจ่าย ประจำปีงบประมาณ พ.ศ. 2570",
        "revenue_estimates": [{"account": "4401010104.001", "amount": "600000.00"}],
        "lines": [LINE, ROAD],
        **changed,
    }


class Office:
    """The officers of a body and those above it, and what they do through the API."""

    password = "thirteen elephants"

    def __init__(self, body: object, api: object) -> None:
        self.body, self.api = body, api
        self.officers = OnDemand(self._officer)
        self.tokens = OnDemand(lambda role: self.officers[role][1])
        self.usernames = OnDemand(lambda role: self.officers[role][0])

    def _officer(self, role: str) -> tuple[str, str]:
        """Make an officer of a role; return their username and the token of their sign-in."""
        from django.utils import timezone

        from tenants.officers import appointments, sign_in

        now = timezone.now()
        username = f"{self.body.code}-{role.lower()}-{uuid.uuid4().hex[:8]}"
        officer_id = appointments.register_officer(
            username=username, name_th=f"นาย {role}", password=self.password, now=now
        )
        if role in AREAS:
            watch(officer_id, self.body, role)
        else:
            appointments.appoint(
                officer_id=officer_id,
                role=role,
                body_code=self.body.code,
                from_date=date(2020, 1, 1),
                now=now,
            )
        token, _ = sign_in.open_sign_in(officer_id=officer_id, kind="api", now=now)
        return username, token

    def post(self, role: str, path: str, sent: object = None, **more):
        """Post below the body; return the answer."""
        path = f"bodies/{self.body.code}/{path}"
        return self.api.post(path, sent or {}, token=self.tokens[role], **more)

    def get(self, path: str, role: str = "BUDGET_OFFICER"):
        return self.api.get(f"bodies/{self.body.code}/{path}", token=self.tokens[role])

    def made(self, path: str, sent: object) -> str:
        """Make a document; return its id."""
        answer = self.post("BUDGET_OFFICER", path, sent)
        assert answer.status_code == 201, answer.content.decode()
        return answer.json()["id"]

    def take(self, role: str, path: str, action: str, sent: object = None) -> dict[str, object]:
        """Take a step that must succeed."""
        answer = self.post(role, f"{path}/{action}", sent)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def in_force(self, path: str = "ordinances", **changed: object) -> dict[str, object]:
        """Lead an ordinance to be in force."""
        one = f"{path}/{self.made(path, ordinance(**changed))}"
        for role, action in (
            ("BUDGET_OFFICER", "propose"),
            ("COUNCIL", "council-approve"),
            (self.supervisor, "agree"),
            ("EXECUTIVE", "sign"),
        ):
            self.take(role, one, action)
        return self.take("BUDGET_OFFICER", one, "put-in-force")

    @property
    def supervisor(self) -> str:
        return "DISTRICT" if self.body.kind == "SAO" else "PROVINCE"

    def lines(self, query: str = "") -> list[dict[str, object]]:
        return self.get(f"budget-lines?{query}").json()["items"]
