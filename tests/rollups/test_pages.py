"""The centre's pages and workbooks have the figures that the API tells."""

from decimal import Decimal
from io import BytesIO

from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from portal.doors import COOKIE
from tenants.officers.sign_in import open_sign_in


def test_a_page_and_its_workbook_say_what_the_api_says(api, body, officer_of, post, consume):
    """Every figure of the pages is the API's, the tables' sums are the area's."""
    post(body, "812.50", "0.25")
    consume(body)
    officer = officer_of(body, "PROVINCE")
    browser, token = Client(SERVER_NAME="localhost"), officer.token
    browser.cookies[COOKIE], _ = open_sign_in(
        officer_id=officer.id, kind="portal", now=timezone.now()
    )
    told = api.get("central/revenue?fiscal_year=2570", token=token).json()
    page = browser.get("/central/revenue?fiscal_year=2570").content.decode()
    for one in (*told["categories"], *told["months"]):
        assert f"{Decimal(one['collected']):,.2f}" in page
    book = load_workbook(BytesIO(browser.get("/central/revenue.xlsx?fiscal_year=2570").content))
    assert book.sheetnames == ["หมวดรายรับ", "รายเดือน", "พื้นที่"]
    rows = list(book["หมวดรายรับ"].iter_rows(min_row=7, values_only=True))
    found = {row[0]: Decimal(str(row[2])) for row in rows if row[1] and row[2] is not None}
    assert found == {one["category"]: Decimal(one["collected"]) for one in told["categories"]}
    assert sum(found.values()) == Decimal(told["figures"]["revenue"]["collected"])
