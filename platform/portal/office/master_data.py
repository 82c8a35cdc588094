"""The registers of the body's master data: its divisions, whom it pays, who pays it."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from accounting.bank_accounts.rules import banks
from accounting.divisions import operations as division_operations
from accounting.divisions import queries as division_queries
from accounting.divisions import rules as division_rules
from accounting.divisions.drafts import read_opened, read_renamed
from accounting.documents.workflow import Words
from accounting.fiscal_year import fiscal_year_of
from accounting.officers import Officer
from accounting.open_items import queries as open_items
from accounting.open_items.rules import DEPOSIT, RECEIVABLE
from accounting.parties import operations, queries, rules
from accounting.parties.drafts import read_details
from portal.desks import DESKS
from portal.flow.desk import Column, Field, Table, say
from portal.flow.registers import Register, Row
from thai.baht import arabic_digits

_LATEST, _OPEN_ITEMS = 25, 100  # documents, and items of a kind, on a party's page
_NAME, _STATE = Words("ชื่อ", "Name"), Words("สถานะ", "State")
_AMOUNT, _DAY = Words("จำนวนเงิน", "Amount"), Words("วันที่", "Date")
_IN_USE, _RETIRED = Words("ใช้งาน", "In use"), Words("เลิกใช้แล้ว", "Retired")
_SECTORS = {
    "own": Words("บุคคลภายนอก", "Private"),
    "government": Words("หน่วยงานภาครัฐ", "Government"),
}
_LEGAL_FORMS = {
    "natural": Words("บุคคลธรรมดา", "Natural person"),
    "juristic": Words("นิติบุคคล", "Juristic person"),
}
_OPEN_KINDS = {
    RECEIVABLE: Words("ลูกหนี้", "Receivable"),
    DEPOSIT: Words("เงินรับฝาก เงินประกัน", "Deposit"),
}
_BANKS = {code: Words(f"{code} {th}", f"{code} {en}") for code, (th, en) in banks().items()}
_DIGITS = ("code", "tax_id", "branch_no", "bank_code", "bank_account_no")
_BY_KIND = {desk.kind.flow.kind: desk for desk in DESKS}
_SLUGS = {"vendor": "vendors", "taxpayer": "taxpayers", "payee": "payees"}
# The papers that name a party of a register.
_PAPERS = {
    "vendor": ("CONTRACT", "INSPECT", "DIKA"),
    "taxpayer": ("RECEIPT", "BANKCR", "RECVBL"),
    "payee": ("DIKA", "RECVBL"),
}


def _as_raw(raw: dict[str, Any]) -> dict[str, Any]:
    """Send numbers as the register keeps them, however they are written on paper."""
    plain = {name: _plain(raw[name]) for name in _DIGITS if name in raw}
    return {**raw, **plain}


def _plain(text: str) -> str:
    return "".join(arabic_digits(text).replace("-", "").split())


def _state(row: Row) -> str:
    return say(_IN_USE if row["is_active"] else _RETIRED)


# --- divisions ------------------------------------------------------------------------------------


def _open_division(*, raw: Mapping[str, Any], officer: Officer, name: str, version: int) -> str:
    code, name_th, unreadable = read_opened(raw)
    division_operations.open_division(
        code=code, name_th=name_th, officer=officer, unreadable=unreadable
    )
    return code


def _rename_division(*, raw: Mapping[str, Any], officer: Officer, name: str, version: int) -> str:
    name_th, unreadable = read_renamed(raw)
    division_operations.rename_division(
        code=name, version=version, name_th=name_th, officer=officer, unreadable=unreadable
    )
    return name


_DIVISION = (
    Column(label=Words("รหัส", "Code"), name="code"),
    Column(label=_NAME, name="name_th", slug="divisions", id_name="code"),
    Column(label=_STATE, name="state"),
)
DIVISIONS = Register(
    slug="divisions",
    plural=Words("กองและสำนัก", "Divisions"),
    singular=Words("กองหรือสำนัก", "Division"),
    searches=Words("รหัสหรือชื่อ", "Code or name"),
    keepers=division_rules.KEEPERS,
    title="name_th",
    listed=_DIVISION,
    shown=_DIVISION,
    told=lambda row: {**row, "state": _state(row)},
    fields=(
        Field(
            name="code",
            label=Words("รหัส", "Code"),
            hint=Words(
                "เลขสองหลัก อยู่ในเลขที่ฎีกาของกองนั้น แก้ภายหลังไม่ได้",
                "Two digits, in the numbers of its vouchers; never changed later",
            ),
        ),
        Field(name="name_th", label=_NAME),
    ),
    fixed=frozenset({"code"}),
    as_raw=_as_raw,
    rows=division_queries.divisions,
    one=lambda name: division_queries.division(code=name),
    enter=_open_division,
    change=_rename_division,
    steps={
        "retire": lambda name, officer: division_operations.retire_division(
            code=name, officer=officer
        ),
        "restore": lambda name, officer: division_operations.restore_division(
            code=name, officer=officer
        ),
    },
)


# --- parties --------------------------------------------------------------------------------------


_OPEN = (
    Column(label=_DAY, name="opened_on", kind="day"),
    Column(label=Words("ประเภท", "Kind"), name="kind"),
    Column(label=Words("บัญชี", "Account"), name="account", slug="open-items"),
    Column(label=Words("เรื่อง", "Purpose"), name="purpose"),
    Column(label=Words("คงค้าง", "Open"), name="open", kind="money"),
)
_NAMING = (
    Column(label=_DAY, name="document_date", kind="day"),
    Column(label=Words("เอกสาร", "Document"), name="kind"),
    Column(label=Words("เลขที่", "Number"), name="number"),
    Column(label=Words("รายการ", "Words"), name="description", slug_name="desk"),
    Column(label=_STATE, name="state"),
    Column(label=_AMOUNT, name="amount", kind="money"),
)


def _party_told(row: Row) -> Row:
    sector, form, bank = row["sector"], row["legal_form"], row["bank_code"]
    return {
        **row,
        "sector": say(_SECTORS[sector]) if sector else None,
        "legal_form": say(_LEGAL_FORMS[form]),
        "bank": say(_BANKS.get(bank, Words(bank, bank))) if bank else None,
        "state": _state(row),
    }


def _party_id(text: str) -> UUID:
    """Return the id that an address names.

    Raises:
        Http404: it names none.
    """
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _open_rows(party_id: UUID) -> list[Row]:
    """Return what is open of a party, of both kinds."""
    rows: list[Row] = []
    for kind, words in _OPEN_KINDS.items():
        text = open_items.items(kind=kind, limit=_OPEN_ITEMS, only_open=True, party_id=party_id)
        rows += [{**item, "kind": say(words)} for item in json.loads(text)["items"]]
    return rows


def _paper_rows(kind: str, party_id: UUID) -> list[Row]:
    """Return the latest papers of this fiscal year and the one before that name a party."""
    text = queries.documents_naming(
        party_id=party_id,
        kinds=_PAPERS[kind],
        from_year=fiscal_year_of(timezone.localdate()) - 1,
        limit=_LATEST,
    )
    return [
        {
            **row,
            "desk": _BY_KIND[row["kind"]].slug,
            "kind": _BY_KIND[row["kind"]].name,
            "description": row["description"] or row["number"] or "–",
            "state": say(_BY_KIND[row["kind"]].kind.flow.states[row["state"]]),
        }
        for row in json.loads(text)
    ]


def _beside(kind: str, row: Row) -> Sequence[Table]:
    """Return what is open of a party, and its latest papers."""
    party_id = UUID(row["id"])
    return [
        Table(label=Words("รายการคงค้าง", "Open items"), columns=_OPEN, rows=_open_rows(party_id)),
        Table(
            label=Words("เอกสารในปีนี้และปีก่อน", "Documents of this year and the last"),
            columns=_NAMING,
            rows=_paper_rows(kind, party_id),
        ),
    ]


def _elsewhere(kind: str, name: str) -> str | None:
    """Return the register in which a party stands, when it is another."""
    found = queries.kind_of(party_id=_party_id(name))
    return _SLUGS.get(found or "") if found != kind else None


def _rows(kind: str, *, limit: int, after: str, q: str, is_active: bool | None) -> str:
    before = _party_id(after) if after else None
    return queries.parties(kind=kind, limit=limit, before=before, q=q, is_active=is_active)


def _enter(kind: str, *, raw: Mapping[str, Any], officer: Officer, name: str, version: int) -> str:
    details, unreadable = read_details(raw)
    party_id = operations.register_party(
        kind=kind, details=details, officer=officer, unreadable=unreadable
    )
    return str(party_id)


def _change(kind: str, *, raw: Mapping[str, Any], officer: Officer, name: str, version: int) -> str:
    details, unreadable = read_details(raw)
    operations.change_party(
        kind=kind,
        party_id=_party_id(name),
        version=version,
        details=details,
        officer=officer,
        unreadable=unreadable,
    )
    return name


def _retire(kind: str, name: str, officer: Officer) -> None:
    operations.retire_party(kind=kind, party_id=_party_id(name), officer=officer)


def _restore(kind: str, name: str, officer: Officer) -> None:
    operations.restore_party(kind=kind, party_id=_party_id(name), officer=officer)


def _register(kind: str, **said: Any) -> Register:
    """Return a register of parties: the same with other keepers, and a sector of vendors."""
    return Register(
        slug=_SLUGS[kind],
        searches=Words("เลขประจำตัวผู้เสียภาษีหรือชื่อ", "Tax id or name"),
        keepers=rules.KEEPERS[kind],
        title="name",
        listed=(
            Column(label=_NAME, name="name", slug=_SLUGS[kind]),
            Column(label=_TAX_ID, name="tax_id"),
            Column(label=_BRANCH, name="branch_no"),
            Column(label=_LEGAL_FORM, name="legal_form"),
            Column(label=_STATE, name="state"),
        ),
        shown=_shown(kind),
        told=_party_told,
        fields=_fields(kind),
        as_raw=_as_raw,
        rows=partial(_rows, kind),
        one=lambda name: queries.party(kind=kind, party_id=_party_id(name)),
        enter=partial(_enter, kind),
        change=partial(_change, kind),
        steps={"retire": partial(_retire, kind), "restore": partial(_restore, kind)},
        elsewhere=partial(_elsewhere, kind),
        beside=partial(_beside, kind),
        **said,
    )


_TAX_ID = Words("เลขประจำตัวผู้เสียภาษี", "Tax id")
_BRANCH = Words("สาขา", "Branch")
_LEGAL_FORM = Words("บุคคลธรรมดาหรือนิติบุคคล", "Natural or juristic person")
_SECTOR = Words("ภาครัฐหรือภายนอก", "Government or private")
_ADDRESS = Words("ที่อยู่", "Address")
_BANK = Words("ธนาคาร", "Bank")
_BANK_ACCOUNT = Words("เลขที่บัญชีธนาคาร", "Bank account")
_BANK_NAME = Words("ชื่อบัญชีธนาคาร", "Name of the bank account")


def _shown(kind: str) -> list[Column]:
    told = {
        "sector": _SECTOR,
        "legal_form": _LEGAL_FORM,
        "tax_id": _TAX_ID,
        "branch_no": _BRANCH,
        "address": _ADDRESS,
        "bank": _BANK,
        "bank_account_no": _BANK_ACCOUNT,
        "bank_account_name": _BANK_NAME,
        "state": _STATE,
    }
    return [
        Column(label=words, name=name)
        for name, words in told.items()
        if name != "sector" or kind == "vendor"
    ]


def _fields(kind: str) -> list[Field]:
    is_vendor = kind == "vendor"
    sector = Field(name="sector", label=_SECTOR, kind="choice", choices=tuple(_SECTORS.items()))
    return [
        Field(name="name", label=_NAME),
        *([sector] if is_vendor else []),
        Field(
            name="legal_form",
            label=_LEGAL_FORM,
            kind="choice",
            choices=tuple(_LEGAL_FORMS.items()),
        ),
        Field(
            name="tax_id",
            label=_TAX_ID,
            hint=Words("13 หลัก มีขีดหรือไม่ก็ได้", "13 digits, with or without hyphens"),
            optional=not is_vendor,
        ),
        Field(
            name="branch_no",
            label=_BRANCH,
            hint=Words("ห้าหลัก เว้นว่างไว้หมายถึงสำนักงานใหญ่", "Five digits; empty is the head office"),
            optional=True,
        ),
        Field(name="address", label=_ADDRESS, optional=True),
        Field(
            name="bank_code",
            label=_BANK,
            kind="choice",
            choices=tuple(_BANKS.items()),
            hint=Words(
                "ธนาคารที่ไม่อยู่ในรายการ: เว้นธนาคารและเลขที่บัญชีไว้ แล้วจ่ายเป็นเช็ค",
                "A bank that is not listed: leave bank and account empty, and pay by cheque",
            ),
            optional=True,
        ),
        Field(name="bank_account_no", label=_BANK_ACCOUNT, optional=True),
        Field(name="bank_account_name", label=_BANK_NAME, optional=True),
    ]


VENDORS = _register(
    "vendor",
    plural=Words("ทะเบียนผู้ขายและเจ้าหนี้", "Vendors and creditors"),
    singular=Words("ผู้ขายหรือเจ้าหนี้", "Vendor or creditor"),
)
TAXPAYERS = _register(
    "taxpayer",
    plural=Words("ทะเบียนผู้ชำระภาษี", "Taxpayers"),
    singular=Words("ผู้ชำระภาษี", "Taxpayer"),
)
PAYEES = _register(
    "payee",
    plural=Words("ทะเบียนบุคลากรและผู้รับเงินอื่น", "Staff and other payees"),
    singular=Words("บุคลากรหรือผู้รับเงินอื่น", "Officer or other payee"),
)
REGISTERS = (DIVISIONS, VENDORS, PAYEES, TAXPAYERS)
