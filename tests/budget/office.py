"""The officers of a body and above it, and the documents of the budget as programs send them."""

import uuid
from datetime import date

YEAR, DAY = 2570, date(2026, 10, 5)
ROLES = (
    *("BUDGET_OFFICER", "COUNCIL", "EXECUTIVE", "PROVINCE", "DISTRICT", "CLERK_LAO"),
    *("FIN_DIRECTOR", "ACCOUNTANT", "FIN_OFFICER", "UNIT_HEAD", "SUPPLY", "INT_AUDIT"),
)
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


def supervise(officer_id: uuid.UUID, body: object, role: str) -> None:
    """Appoint an officer of the province's or the district's office over the body's area."""
    from django.utils import timezone

    from tenants.officers.models import Appointment

    area = {"PROVINCE": "province_id", "DISTRICT": "district_id"}[role]
    code = body.province_code if role == "PROVINCE" else body.district_code or "1101"
    Appointment.objects.create(
        officer_id=officer_id,
        role=role,
        from_date=date(2020, 1, 1),
        created_at=timezone.now(),
        **{area: code},
    )


class Office:
    """The officers of a body and those above it, and what they do through the API."""

    password = "thirteen elephants"

    def __init__(self, body: object, api: object) -> None:
        from django.utils import timezone

        from tenants.officers import appointments, sign_in

        self.body, self.api, self.tokens = body, api, {}
        self.usernames: dict[str, str] = {}
        now = timezone.now()
        for role in ROLES:
            username = f"{body.code}-{role.lower()}-{uuid.uuid4().hex[:8]}"
            self.usernames[role] = username
            officer_id = appointments.register_officer(
                username=username, name_th=f"นาย {role}", password=self.password, now=now
            )
            if role in {"PROVINCE", "DISTRICT"}:
                supervise(officer_id, body, role)
            else:
                appointments.appoint(
                    officer_id=officer_id,
                    role=role,
                    body_code=body.code,
                    from_date=date(2020, 1, 1),
                    now=now,
                )
            self.tokens[role], _ = sign_in.open_sign_in(officer_id=officer_id, kind="api", now=now)

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
