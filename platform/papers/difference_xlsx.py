"""What a report owes to recordings between two moments, as a workbook: documents and accounts."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from papers import sheets
from papers.provenance import Provenance
from papers.sheets import AMOUNT, DAY, FIRST_ROW
from thai import buddhist

TITLE = "รายการที่ทำให้งบทดลองต่างกัน"
DOCUMENTS, ACCOUNTS = "เอกสาร", "บัญชี"
_DOCUMENT_HEADS = ("เลขที่", "วันที่", "รายการ", "เอกสารอ้างอิง", "บันทึกเมื่อ", "ผู้บันทึก", "จำนวนเงิน")
_DOCUMENT_WIDTHS = (16, 16, 52, 24, 34, 28, 18)
_ACCOUNT_HEADS = ("รหัสบัญชี", "ชื่อบัญชี")
_ACCOUNT_WIDTHS = (17, 52, 18, 18)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a report knows at its source's moment and did not know at ``known_from``.

    Attributes:
        documents: as the journal's ``difference`` lists them.
        accounts: what they moved.
    """

    source: Provenance
    fiscal_year: int
    month: date | None
    known_from: datetime
    documents: list[dict[str, Any]]
    accounts: list[dict[str, Any]]

    @property
    def file_name(self) -> str:
        """A name in plain letters, without its ending."""
        period = f"{self.month:%Y-%m}" if self.month else "year"
        return f"difference-{self.source.body_code}-{self.fiscal_year}-{period}"

    @property
    def between_words(self) -> str:
        """Between which moments, as its heading says it."""
        known_to = self.source.as_known_at or self.source.complete_to
        return (
            f"บันทึกหลัง {buddhist.moment_in_words(self.known_from)} "
            f"ถึง {buddhist.moment_in_words(known_to)}"
        )

    @property
    def title_words(self) -> str:
        """What it is, as its heading says it."""
        if self.month:
            return f"{TITLE} ถึงสิ้นเดือน {buddhist.month_in_words(self.month)}"
        return f"{TITLE} ปีงบประมาณ {self.fiscal_year}"


def workbook(difference: Difference) -> bytes:
    """Return the file, a sheet of documents and a sheet of accounts."""
    file = BytesIO()
    with sheets.new_book(file) as book:
        facts = {
            "fiscal_year": str(difference.fiscal_year),
            "month": f"{difference.month:%Y-%m}" if difference.month else "",
            "known_from": difference.known_from.isoformat(),
        }
        sheets.tell(book, title=TITLE, source=difference.source, facts=facts)
        _write_documents(book, difference)
        _write_accounts(book, difference)
    return file.getvalue()


def _titles(difference: Difference) -> tuple[str, str, str]:
    return difference.source.body_words, difference.title_words, difference.between_words


def _write_documents(book: Any, difference: Difference) -> None:
    sheet = book.add_worksheet(DOCUMENTS)
    sheets.lay_out(sheet, _DOCUMENT_WIDTHS)
    sheets.write_heads(book, sheet, _titles(difference), plain=_DOCUMENT_HEADS, pairs=())
    text = sheets.style(book, border=4)
    day = sheets.style(book, border=4, num_format=DAY, align="left")
    amount = sheets.style(book, border=4, num_format=AMOUNT)
    for row, one in enumerate(difference.documents, start=FIRST_ROW):
        posted = buddhist.moment_in_words(datetime.fromisoformat(one["posted_at"]))
        sheet.write_string(row, 0, one["number"], text)
        sheet.write_datetime(row, 1, date.fromisoformat(one["entry_date"]), day)
        words = (one["description"], one["reference"] or "", posted, one["posted_by"])
        for column, word in enumerate(words, start=2):
            sheet.write_string(row, column, word, text)
        sheet.write_number(row, len(_DOCUMENT_HEADS) - 1, float(one["total"]), amount)
    foot = FIRST_ROW + len(difference.documents) + 1
    sheets.write_foot(book, sheet, foot, 2, difference.source.complete_words)


def _write_accounts(book: Any, difference: Difference) -> None:
    sheet = book.add_worksheet(ACCOUNTS)
    sheets.lay_out(sheet, _ACCOUNT_WIDTHS)
    pairs = ("เปลี่ยนไป",)
    sheets.write_heads(book, sheet, _titles(difference), plain=_ACCOUNT_HEADS, pairs=pairs)
    text = sheets.style(book, border=4)
    amount = sheets.style(book, border=4, num_format=AMOUNT)
    for row, one in enumerate(difference.accounts, start=FIRST_ROW):
        sheet.write_string(row, 0, one["account"], text)
        sheet.write_string(row, 1, one["name_th"], text)
        sheet.write_number(row, 2, float(one["debit"]), amount)
        sheet.write_number(row, 3, float(one["credit"]), amount)
    total = FIRST_ROW + len(difference.accounts)
    ours = [
        f"{sum((Decimal(one[side]) for one in difference.accounts), Decimal(0)):.2f}"
        for side in ("debit", "credit")
    ]
    sheets.write_totals(book, sheet, row=total, first=len(_ACCOUNT_HEADS), ours=ours)
