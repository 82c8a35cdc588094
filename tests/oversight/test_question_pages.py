"""Questions on the pages: asked at the centre, answered in the office, closed at the centre."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from thai import buddhist

AT = "/central/questions"


@pytest.fixture
def form(place):
    def filled(**changed):
        return {
            "body": place.code,
            "subject": "ยอดเงินสด",
            "text": "ขอคำชี้แจง\r\n<script>alert(1)</script>",
            "reference": "1101010101.001",
            "due_date": buddhist.as_typed(timezone.localdate()),
            **changed,
        }

    return filled


def test_a_question_is_asked_answered_and_closed(place, browser_of, form):
    centre, office = browser_of(place, "OAG"), browser_of(place, "FIN_DIRECTOR")
    assert centre.post(AT, form(subject="ยอดเงินสด ๑")).status_code == 302
    home = office.get(f"/b/{place.code}/").content.decode()
    assert "ข้อสอบถามจากส่วนกลางที่รอคำตอบ" in home
    page = office.get(f"/b/{place.code}/questions").content.decode()
    assert "ยอดเงินสด ๑" in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert f'href="/b/{place.code}/ledger/1101010101.001"' in page
    (path,) = re.findall(r'action="([^"]*/answer)"', page)
    refused = office.post(path, {"text": "ก\u202e"})
    assert refused.status_code == 422
    assert "ก\u202e" in refused.content.decode()
    form_of = {"text": "ชี้แจงแล้ว", "key": "5b0b8a4c-5e8f-4f44-9a3e-1b9d3a4f0003"}
    for _ in range(2):  # a double click answers once
        assert office.post(path, form_of).status_code == 302
    page = centre.get(f"{AT}?state=answered").content.decode()
    assert page.count("ชี้แจงแล้ว") == 1
    (path,) = re.findall(r'action="([^"]*/ask)"', page)
    close = path.removesuffix("ask") + "close"
    assert centre.post(close, {"text": ""}).status_code == 422
    assert centre.post(close, {"text": "ยุติ"}).status_code == 302
    assert centre.post(path, {"text": "อีก", "due_date": form()["due_date"]}).status_code == 422
    assert "ยอดเงินสด ๑" in centre.get(f"{AT}?state=closed").content.decode()
    assert 'action="' + path not in centre.get(AT).content.decode()


def test_a_form_that_is_wrong_is_shown_again_with_all_reasons(place, browser_of, form):
    centre = browser_of(place, "DISTRICT")
    page = centre.post(AT, form(body="0000000", subject="", reference="x"))
    assert page.status_code == 422
    content = page.content.decode()
    assert content.count('class="field-error"') == 3
    assert "ขอคำชี้แจง" in content
    assert centre.post(AT, form(due_date="x")).status_code == 422


# Who sees the centre's page, asks on it, sees the office's page, and answers.
ALLOWED = {
    "DLA": (200, 302, 403, 403),
    "OAG": (200, 302, 403, 403),
    "PROVINCE": (200, 302, 403, 403),
    "DISTRICT": (200, 302, 403, 403),
    "FIN_DIRECTOR": (404, 404, 200, 404),
    "ACCOUNTANT": (404, 404, 200, 403),
}


@pytest.mark.parametrize("role", ALLOWED)
def test_pages_are_there_for_those_of_the_api(place, browser_of, form, role):
    browser = browser_of(place, role)
    answers = (
        browser.get(AT),
        browser.post(AT, form()),
        browser.get(f"/b/{place.code}/questions"),
        browser.post(f"/b/{place.code}/questions/999999999/answer", {"text": "ก"}),
    )
    assert tuple(one.status_code for one in answers) == ALLOWED[role]
    anonymous = Client(SERVER_NAME="localhost")
    for path in (AT, f"/b/{place.code}/questions"):
        assert anonymous.get(path).headers["Location"].startswith("/sign-in")
