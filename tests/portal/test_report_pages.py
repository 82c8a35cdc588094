"""Reports as they are asked for: to which day, as known when, and as files of any length."""

import io
import re
from urllib.parse import quote

import openpyxl
import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone

CASH, TAX = "1101010101.001", "4401010103.001"
YEAR = "from=2026-10-01&to=2027-09-30"


@pytest.fixture
def accountant(body, officer_of):
    return officer_of(body)


@pytest.fixture
def client(accountant):
    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    token, _ = open_sign_in(officer_id=accountant.id, kind="portal", now=timezone.now())
    client = Client(SERVER_NAME="localhost")
    client.cookies[COOKIE] = token
    return client


@pytest.fixture
def get(client, body):
    return lambda path: client.get(f"/b/{body.code}/{path}")


@pytest.fixture
def post(api, body, accountant, entry):
    """Post an entry of two lines; give its answer."""

    def through_api(amount, **changed):
        lines = [{"account": CASH, "debit": amount}, {"account": TAX, "credit": amount}]
        path = f"bodies/{body.code}/journal-entries"
        answer = api.post(path, entry(lines=lines, **changed), token=accountant.token)
        assert answer.status_code == 201, answer.content
        return answer.json()

    return through_api


@pytest.fixture
def post_many(api, body, accountant):
    """Post one entry of many lines: all of the ledger of CASH but its last."""

    def through_api(lines, entries=1):
        each = [{"account": CASH, "debit": "1.00"}] * lines
        whole = [*each, {"account": TAX, "credit": f"{lines}.00"}]
        said = {"entry_date": "2026-10-05", "description": "รายการใหญ่", "lines": whole}
        path = f"bodies/{body.code}/journal-entries/bulk"
        asked = [{**said, "idempotency_key": f"element-{n}"} for n in range(entries)]
        answer = api.post(path, {"entries": asked, "atomic": True}, token=accountant.token)
        assert answer.status_code == 200, answer.content

    return through_api


def test_a_report_as_known_then_is_the_same_paper_whatever_came_later(get, post):
    known = quote(post("100.00", entry_date="2026-10-05")["posted_at"])
    asked = [
        *(f"trial-balance.pdf?fiscal_year=2570&as_known_at={known}", "journal/JV-00001-70.pdf"),
        f"trial-balance.pdf?fiscal_year=2570&month=2026-10&as_of=2026-10-20&as_known_at={known}",
        f"ledger/{CASH}.pdf?{YEAR}&as_known_at={known}",
    ]
    printed = [get(path).content for path in asked]
    post("20.00", entry_date="2026-10-06")
    for path, paper in zip(asked, printed, strict=True):
        again = get(path)
        assert again["Content-Type"] == "application/pdf"
        assert again.content == paper
    assert get(f"ledger/{CASH}.pdf?{YEAR}").content != printed[-1]


def test_a_report_as_known_then_says_no_later_day(get):
    """Of a year that runs on; were the day that of printing, the paper would change every day."""
    text = _text(get("trial-balance.pdf?fiscal_year=2570&as_known_at=20/10/2569").content)
    assert "ปีงบประมาณ2570ณวันที่20ตุลาคม2569" in text


def test_a_report_tells_to_which_day_and_as_known_when(get, post):
    posted = post("100.00", entry_date="2026-10-05")["posted_at"]
    post("20.00", entry_date="2026-10-20")
    month = "fiscal_year=2570&month=2026-10"
    path = f"trial-balance.pdf?{month}&as_of=15/10/2569&as_known_at={quote(posted)}"
    text = _text(get(path).content)
    assert "ประจำเดือนตุลาคม2569ณวันที่15ตุลาคม2569" in text
    assert "ตามที่ระบบทราบเมื่อ" in text
    assert "100.00" in text
    assert "120.00" not in text
    now = _text(get("trial-balance.pdf?fiscal_year=2570&month=2026-10").content)
    assert "120.00" in now
    assert "ตามที่ระบบทราบเมื่อ" not in now
    sheet = openpyxl.load_workbook(io.BytesIO(get(path.replace(".pdf", ".xlsx")).content)).active
    assert sheet["D7"].value in (0, "0"), "an opening of nothing"


def test_the_page_carries_the_moment_along(get, post):
    posted = post("100.00")["posted_at"]
    post("20.00")
    page = get(f"trial-balance?fiscal_year=2570&as_known_at={quote(posted)}").content.decode()
    assert "100.00" in page
    assert "120.00" not in page
    assert f"ledger/{CASH}?from=2026-10-01&amp;to=2027-09-30&amp;as_known_at=2" in page
    assert "trial-balance.pdf?fiscal_year=2570&amp;as_known_at=2" in page
    assert "difference.xlsx?fiscal_year=2570&amp;known_from=2" in page
    ledger = get(f"ledger/{CASH}?{YEAR}&as_known_at={quote(posted)}").content.decode()
    assert "100.00" in ledger
    assert "120.00" not in ledger
    (to_entry,) = re.findall(r'href="(/b/[^"]+/journal/JV-00001-70[^"]+)"', ledger)
    entry = get(to_entry.replace("&amp;", "&").partition("/b/")[2].partition("/")[2])
    assert "journal/JV-00001-70.pdf?as_known_at=2" in entry.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        *("as_known_at=x", "as_known_at=30/02/2569 10:00", "as_known_at=01/10/2569 25:00"),
        *("as_known_at=0001-01-01T00:00:00Z", "as_known_at=9999-12-31T23:59:59Z"),
        *("as_of=x", "as_of=01/01/2500"),
    ],
)
def test_a_moment_that_is_none_is_told_on_the_page_and_gives_no_file(get, asked):
    page = get(f"trial-balance?fiscal_year=2570&{asked}")
    assert page.status_code == 422
    assert "field-error" in page.content.decode()
    for ending in ("pdf", "xlsx"):
        assert get(f"trial-balance.{ending}?fiscal_year=2570&{asked}").status_code == 404


def test_a_ledger_knows_no_moment_that_is_none(get):
    page = get(f"ledger/{CASH}?{YEAR}&as_known_at=x")
    assert page.status_code == 422
    assert "as_known_at_error" in page.content.decode()
    for ending in ("pdf", "xlsx"):
        assert get(f"ledger/{CASH}.{ending}?{YEAR}&as_known_at=x").status_code == 404
        assert get(f"ledger/9999999999.999.{ending}?{YEAR}").status_code == 404
        assert get(f"ledger/x.{ending}?{YEAR}").status_code == 404


def test_what_was_recorded_since_is_a_workbook(get, post):
    known = quote(post("100.00")["posted_at"])
    post("20.00", description="มาทีหลัง")
    path = "trial-balance/difference.xlsx"
    answer = get(f"{path}?fiscal_year=2570&known_from={known}")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert [book["เอกสาร"][f"{letter}7"].value for letter in "AC"] == ["JV-00002/70", "มาทีหลัง"]
    assert book["เอกสาร"]["A8"].value is None
    assert get(f"{path}?fiscal_year=2570").status_code == 404
    assert get(f"{path}?fiscal_year=2570&known_from=x").status_code == 404


def test_a_long_ledger_is_refused_as_paper_and_offered_as_a_workbook(get, post_many):
    post_many(400, entries=3)
    refused = get(f"ledger/{CASH}.pdf?{YEAR}")
    assert refused.status_code == 422
    words = refused.content.decode()
    assert "เกิน 1,000 รายการ" in words
    assert f"/ledger/{CASH}.xlsx?from=2026-10-01&amp;to=2027-09-30" in words
    assert get(f"ledger/{CASH}.xlsx?{YEAR}").status_code == 200


def test_a_ledger_of_many_pieces_is_one_workbook_as_known_when_it_began(
    get, post, post_many, monkeypatch
):
    from portal.office import ledger_files

    monkeypatch.setattr(ledger_files, "_AT_ONCE", 100)
    post_many(350)
    read = ledger_files._page

    def read_and_post(*asked, **more):
        found = read(*asked, **more)
        post("7.00", entry_date="2026-10-05")
        return found

    monkeypatch.setattr(ledger_files, "_page", read_and_post)
    book = openpyxl.load_workbook(io.BytesIO(get(f"ledger/{CASH}.xlsx?{YEAR}").content))
    rows = [row for row in book.active.iter_rows(min_row=7, values_only=True) if row[1]]
    assert len(rows) == 350
    assert [row[6] for row in rows] == list(range(1, 351)), "the balance runs on over the pieces"


def test_one_long_workbook_at_a_time(get, post_many, monkeypatch):
    from portal.office import ledger_files

    monkeypatch.setattr(ledger_files, "_AT_ONCE", 100)
    post_many(150)
    with ledger_files._ONE_LONG_WORKBOOK:
        assert get(f"ledger/{CASH}.xlsx?{YEAR}")["Retry-After"]
        assert get(f"ledger/{CASH}.pdf?{YEAR}").status_code == 200
    monkeypatch.setattr(ledger_files, "_MOST_IN_SHEET", 149)
    refused = get(f"ledger/{CASH}.xlsx?{YEAR}")
    assert refused.status_code == 422
    assert "ทีละช่วง" in refused.content.decode()
    monkeypatch.undo()
    assert get(f"ledger/{CASH}.xlsx?{YEAR}").status_code == 200


def test_an_entry_is_a_paper_and_tells_a_reversal_only_when_it_is_known(
    api, get, body, post, accountant
):
    known = quote(post("100.00", description="รับเงินผิดบัญชี")["posted_at"])
    before = get(f"journal/JV-00001-70.pdf?as_known_at={known}").content
    path = f"bodies/{body.code}/journal-entries/JV-00001-70/reversal"
    asked = {"entry_date": "2026-10-06", "reason": "ผิดบัญชี"}
    assert api.post(path, asked, token=accountant.token).status_code == 201
    text = _text(get("journal/JV-00001-70.pdf").content)
    assert "ถูกกลับรายการด้วยJV-00002/70" in text
    assert "รับเงินผิดบัญชี" in text
    assert "ไม่มีผู้อื่นตรวจ" in text
    assert get(f"journal/JV-00001-70.pdf?as_known_at={known}").content == before
    assert get(f"journal/JV-00002-70.pdf?as_known_at={known}").status_code == 404
    assert "รายการกลับของJV-00001/70" in _text(get("journal/JV-00002-70.pdf").content)
    assert get("journal/JV-00009-70.pdf").status_code == 404


def test_a_voucher_is_a_paper_at_every_step(api, get, body, entry, officer_of, accountant):
    director = officer_of(body, "FIN_DIRECTOR")
    at = f"bodies/{body.code}/general-vouchers"
    half = {"description": "ยังไม่ครบ", "lines": [{"account": CASH, "debit": "x"}]}
    made = api.post(at, half, token=accountant.token).json()
    text = _text(get(f"vouchers/{made['id']}.pdf").content)
    assert "ร่างฉบับที่1ยังไม่ได้บันทึกบัญชี" in text
    assert "เงินสดในมือ" in text

    made = api.post(at, entry("100.00"), token=accountant.token).json()
    for step, officer in (("check", director), ("post", accountant)):
        answer = api.post(f"{at}/{made['id']}/{step}", {}, token=officer.token)
        assert answer.status_code == 200, answer.content
    paper = get("journal/JV-00001-70.pdf").content
    assert get(f"vouchers/{made['id']}.pdf").content == paper
    text = _text(paper)
    assert "ผู้ตรวจสอบ" in text
    assert "ไม่มีผู้อื่นตรวจ" not in text
    assert get("vouchers/0d1c4a3e-58f5-4ac9-a32b-5dd8c0f7a111.pdf").status_code == 404


def _text(content: bytes) -> str:
    file = pypdfium2.PdfDocument(content)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in file)
