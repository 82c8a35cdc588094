"""An office: officers of every role, who speak to the API."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from django.utils import timezone

FEE = "4401030106.001"  # รายได้ค่าธรรมเนียมเก็บและขนมูลฝอย
DAY = "2026-10-05"


@dataclass
class Office:
    """A body and its officers, made when they are first needed."""

    body: object
    api: object
    officer_of: Callable[..., object]
    _officers: dict[str, object] = field(default_factory=dict)

    @property
    def today(self) -> str:
        """The day it is in Thailand."""
        return timezone.localdate().isoformat()

    def officer(self, name: str) -> object:
        """Return an officer by role; ``COLLECTOR#2`` is another one of the role."""
        if name not in self._officers:
            self._officers[name] = self.officer_of(self.body, name.partition("#")[0])
        return self._officers[name]

    def post(self, name: str, path: str, body: object | None = None, **more: object):
        token = self.officer(name).token
        return self.api.post(f"bodies/{self.body.code}/{path}", body or {}, token=token, **more)

    def put(self, name: str, path: str, body: object, **more: object):
        token = self.officer(name).token
        return self.api.put(f"bodies/{self.body.code}/{path}", body, token=token, **more)

    def get(self, path: str, name: str = "INT_AUDIT"):
        answer = self.api.get(f"bodies/{self.body.code}/{path}", token=self.officer(name).token)
        assert answer.status_code == 200, answer.content[:2000]
        return answer.json()

    def done(self, name: str, path: str, body: object | None = None) -> dict[str, object]:
        """Post what must succeed; return the document."""
        answer = self.post(name, path, body)
        assert answer.status_code in {200, 201}, answer.content.decode()[:2000]
        return answer.json()

    def refused(self, name: str, path: str, body: object | None = None, status: int = 409):
        """Post what must be refused; return the codes of the refusals."""
        answer = self.post(name, path, body)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return {refusal["code"] for refusal in answer.json()["refusals"]}

    def lines(
        self, document: dict[str, object]
    ) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
        """Return a document's entries: rule, book, and (account, side, amount) of each line."""
        told = []
        for entry in document["journal_entries"]:
            number = entry["number"]
            found = self.get(f"journal-entries/{number.replace('/', '-')}")
            sides = [
                (
                    line["account"],
                    *(("Dr", line["debit"]) if Decimal(line["debit"]) else ("Cr", line["credit"])),
                )
                for line in found["lines"]
            ]
            told.append((entry["rule"], number[:2], sides))
        return told

    def said(self, amount: str = "100.00", **changed: object) -> dict[str, object]:
        """A receipt of a fee, taken in cash."""
        return {
            "received_on": DAY,
            "payer": "นายมานะ อดทน",
            "method": "cash",
            "lines": [{"revenue": FEE, "amount": amount}],
            **changed,
        }

    def receipt(self, name: str = "COLLECTOR", amount: str = "100.00", **changed: object):
        """Issue a receipt."""
        return self.done(name, "receipts", self.said(amount, **changed))

    def credit(self, kind: str, amount: str, **changed: object) -> dict[str, object]:
        """Enter a bank credit, have it checked, and return it posted."""
        line = {"amount": amount} | {
            k: changed.pop(k) for k in ("account", "receivable") if k in changed
        }
        said = {"credited_on": DAY, "kind": kind, "payer": "กรมบัญชีกลาง", "lines": [line], **changed}
        drafted = self.done("FIN_OFFICER", "bank-credits", said)
        return self.done("ACCOUNTANT", f"bank-credits/{drafted['id']}/check")

    def receivable(self, amount: str = "1000.00", **changed: object) -> dict[str, object]:
        """Enter a receivable, have it checked, and return it recorded."""
        said = {
            "recorded_on": DAY,
            "due_on": "2026-10-01",
            "debtor": "บริษัท ป้ายสวย จำกัด",
            "account": "1102050194.004",
            "revenue": "4401010104.001",
            "amount": amount,
            "purpose": "ภาษีที่ดินและสิ่งปลูกสร้าง ปี 2569",
            **changed,
        }
        drafted = self.done("COLLECTOR", "receivables", said)
        return self.done("ACCOUNTANT", f"receivables/{drafted['id']}/record")

    def handed_over(self, amount: str = "100.00", day: str = DAY) -> dict[str, object]:
        """Issue a receipt and hand its money over; return the slip."""
        self.receipt(amount=amount, received_on=day)
        return self.done("COLLECTOR", "remittances", {"collected_on": day})

    def received(self, amount: str = "100.00", day: str = DAY) -> dict[str, object]:
        """The same, and have it received."""
        slip = self.handed_over(amount, day)
        return self.done("FIN_OFFICER", f"remittances/{slip['id']}/receive", {"counted": amount})

    def summarised(self, amount: str = "100.00", day: str = DAY) -> dict[str, object]:
        """The same, and summed up; return the summary."""
        self.received(amount, day)
        return self.done("FIN_OFFICER#2", "remittance-summaries", {"collected_on": day})

    def reported(self, counted: str, day: str = DAY) -> dict[str, object]:
        """Begin the daily report of a day."""
        return self.done("FIN_OFFICER", "daily-reports", {"date": day, "counted": counted})

    def signed(self, counted: str, day: str = DAY) -> dict[str, object]:
        """The same, and have three of the committee sign it."""
        report = self.reported(counted, day)
        for number in (1, 2, 3):
            name = f"CASH_COMMITTEE#{number}"
            report = self.done(name, f"daily-reports/{report['id']}/sign")
        return report


@pytest.fixture
def office(body, api, officer_of) -> Office:
    """An office whose books nobody has touched yet."""
    return Office(body=body, api=api, officer_of=officer_of)


@pytest.fixture(scope="module")
def one_office(_unused_bodies, api, officer_of) -> Office:
    """One office for a module of tests that do not look at each other's figures."""
    return Office(body=next(_unused_bodies), api=api, officer_of=officer_of)
