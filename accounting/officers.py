"""The officer who acts, as the books record them, and the positions that act in the books."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID


class Position(NamedTuple):
    """A role of roles.csv by the short name that a form or a refusal calls it."""

    th: str
    en: str


POSITIONS = {
    "UNIT_CLERK": Position("เจ้าหน้าที่ธุรการกอง/สำนัก", "division clerk"),
    "UNIT_HEAD": Position("หัวหน้าหน่วยงานผู้เบิก", "head of the requesting division"),
    "COLLECTOR": Position("เจ้าหน้าที่จัดเก็บรายได้", "collector"),
    "FIN_OFFICER": Position("เจ้าหน้าที่การเงิน", "finance officer"),
    "ACCOUNTANT": Position("เจ้าหน้าที่บัญชี", "accountant"),
    "SUPPLY": Position("เจ้าหน้าที่พัสดุ", "supply officer"),
    "INSPECTION": Position("คณะกรรมการตรวจรับพัสดุ", "inspection committee"),
    "BUDGET_OFFICER": Position("เจ้าหน้าที่งบประมาณ", "budget officer"),
    "FIN_DIRECTOR": Position("ผู้อำนวยการกองคลัง", "director of finance"),
    "CLERK_LAO": Position("ปลัด อปท.", "palad"),
    "EXECUTIVE": Position("นายก อปท.", "mayor"),
    "COUNCIL": Position("สภาท้องถิ่น", "local council"),
    "CASH_COMMITTEE": Position("คณะกรรมการเก็บรักษาเงิน", "cash-keeping committee"),
    "INT_AUDIT": Position("ผู้ตรวจสอบภายใน", "internal auditor"),
    "OAG": Position("ผู้ตรวจสอบ สตง.", "State Audit Office auditor"),
    "PROVINCE": Position("ท้องถิ่นจังหวัด", "provincial local administration office"),
    "DISTRICT": Position("ท้องถิ่นอำเภอ", "district local officer"),
    "DLA": Position("กรมส่งเสริมการปกครองท้องถิ่น", "Department of Local Administration"),
    "LAO_ADMIN": Position("ผู้ดูแลระบบของ อปท.", "system administrator"),
    "OPERATOR": Position("ผู้ดูแลแพลตฟอร์ม", "platform operator"),
}
_ACTING = "รักษาราชการแทน"
_POSITION_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Who did it: an id for programs, a name for the page, kept as it was then.

    Attributes:
        roles: keys of roles.csv held at the time.
        orders: of the roles held as acting alone, the order that says so, with its first day.
        is_acting: whether the role used is held as acting (รักษาราชการแทน).
        acting_order: the order under which it is, or empty.
        position_th: the position in which they act, as it is printed below the signature.
        supervises: whether they are the body's supervisor, who agrees to its budget.
        has_budget: whether the body they act in makes one; that of some units is their parent's.
    """

    id: UUID
    name_th: str
    roles: frozenset[str]
    orders: Mapping[str, str] = field(default_factory=dict)
    is_acting: bool = False
    acting_order: str = ""
    position_th: str = ""
    supervises: bool = False
    has_budget: bool = True

    def in_office(self, roles: Iterable[str]) -> "Officer":
        """Return the officer in the position in which they do what any of some roles may do.

        A role held in full comes before one held as acting. Whoever acts is printed with both
        positions: ผู้อำนวยการกองช่าง รักษาราชการแทน ผู้อำนวยการกองคลัง.
        """
        used = sorted(self.roles.intersection(roles), key=lambda role: (role in self.orders, role))
        if not used:
            return self
        role = used[0]
        if role not in self.orders:
            return replace(self, is_acting=False, acting_order="", position_th=POSITIONS[role].th)
        own = [POSITIONS[one].th for one in sorted(self.roles - set(self.orders))]
        printed = " ".join([*own[:1], _ACTING, POSITIONS[role].th])
        return replace(
            self,
            is_acting=True,
            acting_order=self.orders[role],
            position_th=printed[:_POSITION_MAX],
        )
