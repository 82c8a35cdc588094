"""An office that spends: its people, a division, sellers, a bank account, budget lines."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

DAY = "2026-11-02"  # of fiscal year 2570
SELLER = {
    "sector": "own",
    "legal_form": "juristic",
    "name": "บริษัท โทรคมนาคมแห่งชาติ จำกัด (มหาชน)",
    "tax_id": "0107564000014",
    "branch_no": "00000",
    "address": "99 ถนนแจ้งวัฒนะ แขวงทุ่งสองห้อง เขตหลักสี่ กรุงเทพมหานคร",
    "bank_code": "006",
    "bank_account_no": "1234567890",
}
PERSON = {
    "sector": "own",
    "legal_form": "natural",
    "name": "สมชาย ใจดี",
    "tax_id": "1100501234561",
}


def tax_id(first_twelve: str) -> str:
    total = sum(int(digit) * (13 - place) for place, digit in enumerate(first_twelve))
    return first_twelve + str((11 - total % 11) % 10)


@dataclass
class Office:
    """A body at work; every request goes through the API as the officer of a role."""

    body: object
    api: object
    officers: dict[str, object]
    as_owner: object
    vendors: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"bodies/{self.body.code}"

    def get(self, path: str, role: str = "ACCOUNTANT"):
        return self.api.get(f"{self.path}/{path}", token=self.officers[role].token)

    def post(self, path: str, said: dict | None = None, role: str = "ACCOUNTANT"):
        token = self.officers[role].token
        return self.api.post(f"{self.path}/{path}", said or {}, token=token)

    def done(self, path: str, said: dict | None = None, role: str = "ACCOUNTANT") -> dict:
        answer = self.post(path, said, role)
        assert answer.status_code in {200, 201}, answer.content.decode()[:2000]
        return answer.json()

    def refused(self, path: str, said: dict | None, role: str, status: int = 409) -> list[str]:
        answer = self.post(path, said, role)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return [one["code"] for one in answer.json()["refusals"]]

    def vendor(self, **changes: object) -> str:
        """Return a seller of the register, made once for the same details."""
        said = {**SELLER, **changes}
        key = repr(sorted(said.items()))
        if key not in self.vendors:
            number = tax_id(f"01055{len(self.vendors):07d}")
            said = {**said, "tax_id": number} if self.vendors else said
            self.vendors[key] = self.done("vendors", said, "FIN_OFFICER")["id"]
        return self.vendors[key]

    def line(self, amount: str = "1000000.00", **key: str) -> str:
        """Return a budget line with money on it, as its ordinance would have opened it."""
        from accounting.budget import operations as budget
        from accounting.documents import rows as documents
        from accounting.officers import Officer
        from tenants.transactions import tenant_transaction

        year = int(key.pop("fiscal_year", "2570"))
        named = {
            "fund_source": "BUDGET",
            "plan": "00110",
            "task": "00111",
            "expenditure_type": "340500",
            "project": uuid.uuid4().hex[:12],
            "name": "ค่าบริการสื่อสารและโทรคมนาคม",
        }
        officer = Officer(id=uuid.uuid4(), name_th="สภา", roles=frozenset({"COUNCIL"}))
        day = date(year - 544, 10, 1)
        with tenant_transaction(self.body):
            ordinance = documents.create(
                kind="BORD",
                state="in_force",
                action="draft",
                contents=documents.Contents(
                    fiscal_year=year,
                    document_date=day,
                    description="เทศบัญญัติ",
                    amount=Decimal(amount),
                    content={},
                ),
                officer=officer,
            )
            (opened,) = budget.open_lines(
                fiscal_year=year, keys=[budget.LineKey(**{**named, **key})]
            )
            budget.change_lines(
                document_id=ordinance,
                changes=[budget.Change(line_id=opened.id, kind="approve", amount=Decimal(amount))],
                day=day,
                officer=officer,
            )
        return str(opened.id)

    def columns(self, line: str) -> dict[str, str]:
        """Return what the budget ledger says of a line."""
        names = ("available", "reserved", "obligated", "disbursed")
        with self.as_owner(self.body) as owner:
            row = owner.execute(
                f"SELECT {', '.join(names)} FROM budget_line WHERE id = %s", [line]
            ).fetchone()
        return {name: str(value) for name, value in zip(names, row, strict=True)}

    def entries(self, document: dict) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
        """Return the entries that a document made: rule, book, and account, debit, credit."""
        found = []
        for head in document["journal_entries"]:
            number = head["number"].replace("/", "-")
            entry = self.get(f"journal-entries/{number}").json()
            lines = [(one["account"], one["debit"], one["credit"]) for one in entry["lines"]]
            found.append((head["rule"], number[:2], lines))
        return found

    @cached_property
    def bank_account(self) -> str:
        """An account at Krungthai, kept in the ledger account of current accounts."""
        with self.as_owner(self.body) as owner:
            owner.execute(
                "INSERT INTO bank_account (id, bank_code, number, branch, kind, name_th, account)"
                " VALUES ('006-1230045678', '006', '1230045678', 'ท่าช้าง', 'current',"
                " 'ธนาคารกรุงไทย', '1101030101.001')"
            )
        return "006-1230045678"

    def deposit(self, account: str, amount: str) -> str:
        """Return a deposit as a receipt would have opened it."""
        from accounting.deposits import operations as deposits
        from tenants.transactions import tenant_transaction

        with tenant_transaction(self.body):
            return str(
                deposits.take_in(
                    document_id=uuid.uuid4(),
                    account=account,
                    owner="มูลนิธิ",
                    amount=Decimal(amount),
                    day=date(2026, 10, 5),
                    purpose="ทดสอบ",
                )
            )

    # --- the chain -------------------------------------------------------------------------------

    def request(self, line: str, amount: str, **changes: object) -> dict:
        said = {
            "requested_on": DAY,
            "budget_line": line,
            "amount": amount,
            "description": "จัดซื้อวัสดุสำนักงาน",
            "fund_source": "BUDGET",
        }
        made = self.done("purchase-requests", {**said, **changes}, "UNIT_CLERK")
        return self.done(f"purchase-requests/{made['id']}/approve", {"on": DAY}, "EXECUTIVE")

    def contract(self, line: str, amount: str, **changes: object) -> dict:
        fund = changes.pop("fund_source", "BUDGET")
        asked = changes.pop("requested", amount)
        said = {
            "purchase_request": self.request(line, asked, fund_source=fund)["id"],
            "vendor": changes.pop("vendor", None) or self.vendor(),
            "amount": amount,
            "signed_on": DAY,
            "e_gp_no": "68039298502",
        }
        return self.done("contracts", {**said, **changes}, "SUPPLY")

    def inspection(self, contract: dict, amount: str, **line: str) -> dict:
        deposit = line.pop("deposit", None)
        said = {
            "contract": contract["id"],
            "accepted_on": DAY,
            "lines": [{"account": "5104020106.001", "amount": amount, **line}],
        }
        if deposit:
            said["deposit"] = deposit
        made = self.done("inspections", said, "INSPECTION")
        return self.done(f"inspections/{made['id']}/accept", {}, "INSPECTION")

    def voucher(self, **changes: object) -> dict:
        said = {
            "fiscal_year": 2570,
            "unit": "03",
            "payee": self.vendor(),
            "description": "ค่าโทรศัพท์",
            "gross": "3210.00",
            "vat": "210.00",
            "deductions": [{"kind": "wht", "amount": "30.00"}],
            "source": {"kind": "utility"},
            "made_on": DAY,
        }
        said = {**said, **changes}
        return self.done(
            "vouchers",
            {key: value for key, value in said.items() if value is not None},
            "UNIT_CLERK",
        )

    STEPS = (
        *(("request", "UNIT_HEAD"), ("receive", "FIN_OFFICER"), ("examine", "FIN_DIRECTOR")),
        *(("endorse", "CLERK_LAO"), ("approve", "EXECUTIVE")),
    )

    def led_to(self, voucher: dict, last: str, *, on: str = DAY) -> dict:
        """Take a voucher through its steps up to and with one."""
        for action, role in self.STEPS:
            voucher = self.done(f"vouchers/{voucher['id']}/{action}", {"on": on}, role)
            if action == last:
                return voucher
        raise AssertionError(last)

    def paid(self, *vouchers: dict, on: str = DAY, **changes: object) -> dict:
        """Pay vouchers by a report that is approved and signed by both."""
        said = {
            "paid_on": on,
            "bank_account": self.bank_account,
            "vouchers": [one["requester_no"] for one in vouchers],
        }
        said = {key: value for key, value in {**said, **changes}.items() if value is not None}
        report = self.done("cheque-reports", said, "FIN_OFFICER")
        self.done(f"cheque-reports/{report['id']}/approve", {}, "EXECUTIVE")
        self.done(f"cheque-reports/{report['id']}/sign", {}, "EXECUTIVE")
        return self.done(f"cheque-reports/{report['id']}/sign", {}, "CLERK_LAO")

    def again(self, document: dict, path: str = "vouchers") -> dict:
        return self.get(f"{path}/{document['id']}").json()
