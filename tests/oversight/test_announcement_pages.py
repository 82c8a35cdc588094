"""Announcements on the pages: made by the centre, shown safely at home, acknowledged there."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from thai import buddhist

AT = "/central/announcements"


@pytest.fixture
def form():
    def filled(**changed):
        today = buddhist.as_typed(timezone.localdate())
        return {
            "key": "5b0b8a4c-5e8f-4f44-9a3e-1b9d3a4f0001",
            "title": "แจ้งเวียน",
            "text": "บรรทัดแรก\r\n<script>alert(1)</script>",
            "from_date": today,
            "until_date": today,
            "way": "provinces",
            "to": "",
            "is_urgent": "1",
            **changed,
        }

    return filled


def test_what_the_centre_announces_stands_at_home_until_it_was_read(place, browser_of, form):
    centre, office = browser_of(place, "PROVINCE"), browser_of(place, "ACCOUNTANT")
    for _ in range(2):  # a double click announces once
        assert centre.post(AT, form(title="แจ้งเวียน ๑")).status_code == 302
    assert centre.get(AT).content.decode().count("แจ้งเวียน ๑") == 1
    home = f"/b/{place.code}/"
    page = office.get(home).content.decode()
    assert "แจ้งเวียน ๑" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    (path,) = re.findall(r'action="([^"]*/acknowledge)"', page)
    assert office.post(path, {"back": ""}).headers["Location"] == home
    assert "แจ้งเวียน ๑" not in office.get(home).content.decode()
    assert "แจ้งเวียน ๑" in office.get(f"/b/{place.code}/announcements").content.decode()
    assert re.search(r"<strong>1</strong> /", centre.get(AT).content.decode())


def test_a_form_that_is_wrong_is_shown_again_with_all_reasons(place, browser_of, form):
    centre = browser_of(place, "DISTRICT")
    page = centre.post(AT, form(title="", to=place.province_code))
    assert page.status_code == 422
    content = page.content.decode()
    assert content.count('class="field-error"') == 2
    assert "ไม่มีในพื้นที่ที่กำกับดูแล" in content
    assert "บรรทัดแรก" in content
    assert centre.post(AT, form(from_date="x")).status_code == 422


def test_an_announcement_is_withdrawn_with_a_reason(place, browser_of, form):
    centre, office = browser_of(place, "DISTRICT"), browser_of(place, "ACCOUNTANT")
    centre.post(AT, form(title="ถอนได้", key="5b0b8a4c-5e8f-4f44-9a3e-1b9d3a4f0002"))
    page = centre.get(AT).content.decode()
    path = re.findall(r'action="([^"]*/withdraw)"', page)[0]
    assert centre.post(path, {"reason": ""}).status_code == 422
    assert centre.post(path, {"reason": "ออกใหม่"}).status_code == 302
    assert "ถอนได้" not in office.get(f"/b/{place.code}/").content.decode()
    listed = office.get(f"/b/{place.code}/announcements").content.decode()
    assert "ถอนได้" in listed
    assert "ออกใหม่" in listed


# Who sees the centre's page, announces on it, and says that the body has read something.
ALLOWED = {
    "DLA": (200, 302, 403),
    "OAG": (200, 403, 403),
    "PROVINCE": (200, 302, 403),
    "DISTRICT": (200, 302, 403),
    "ACCOUNTANT": (404, 404, 404),
}


@pytest.mark.parametrize("role", ALLOWED)
def test_pages_are_there_for_those_of_the_api(place, browser_of, form, role):
    browser = browser_of(place, role)
    answers = (
        browser.get(AT),
        browser.post(AT, form()),
        browser.post(f"/b/{place.code}/announcements/999999999/acknowledge"),
    )
    assert tuple(one.status_code for one in answers) == ALLOWED[role]
    anonymous = Client(SERVER_NAME="localhost")
    assert anonymous.get(AT).headers["Location"].startswith("/sign-in")
    assert anonymous.post(AT, form()).headers["Location"].startswith("/sign-in")
