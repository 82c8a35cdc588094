"""Signing in and out, choosing a body, the language, and who gets in nowhere."""

import re

import pytest
from playwright.sync_api import expect

PAGES = (
    *("", "journal", "journal/new", "trial-balance", "vouchers", "vouchers/draft", "periods"),
    *("accounts", "ledger", "ledger/1101010101.001"),
)
WRONG = "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง"


def test_an_officer_of_one_body_goes_right_in(page, body, officer_of, sign_in, shoot):
    page.goto("/")
    expect(page).to_have_url(re.compile("/sign-in"))
    shoot(page, "sign-in")

    sign_in(page, officer_of(body))

    expect(page).to_have_url(re.compile(f"/b/{body.code}/$"))
    header = page.locator("header")
    expect(header).to_contain_text(body.full_name_th)
    expect(header).to_contain_text("นางสาวสมหญิง ใจดี")
    expect(header).to_contain_text("เจ้าหน้าที่บัญชี")
    expect(page.locator("h1")).to_have_text(re.compile("วัน.+ที่ .+ 25[67]"))
    shoot(page, "home")


def test_an_officer_of_two_bodies_chooses(page, body, other_body, officer_of, sign_in, shoot):
    officer = officer_of(body)
    _appoint(officer, other_body, "INT_AUDIT")

    sign_in(page, officer)

    expect(page).to_have_url(re.compile("/bodies$"))
    shoot(page)
    page.get_by_role("link", name=other_body.full_name_th).click()
    expect(page).to_have_url(re.compile(f"/b/{other_body.code}/$"))
    expect(page.locator("header")).to_contain_text("ผู้ตรวจสอบภายใน")
    expect(page.get_by_role("link", name="บันทึกรายการ")).to_have_count(0)


def test_acting_roles_are_always_visible(page, body, officer_of, sign_in):
    officer = officer_of(body, "FIN_DIRECTOR")
    _appoint(officer, body, "ACCOUNTANT", is_acting=True, order_no="คำสั่งที่ 12/2569")

    sign_in(page, officer)

    for path in ("", "journal", "journal/new", "trial-balance"):
        page.goto(f"/b/{body.code}/{path}")
        acting = page.locator(".role-acting")
        expect(acting).to_have_text("เจ้าหน้าที่บัญชี (รักษาราชการแทน)")


@pytest.mark.parametrize("is_known", [True, False])
def test_what_was_wrong_is_never_said_in_part(page, body, officer_of, is_known, shoot):
    username = officer_of(body).username if is_known else "nobody-of-that-name"
    page.goto("/sign-in")
    page.fill("#username", username)
    page.fill("#password", "not the password")
    page.get_by_role("button", name="เข้าสู่ระบบ").click()

    expect(page.get_by_role("alert")).to_contain_text(WRONG)
    expect(page.locator("#username")).to_have_value(username)
    expect(page.locator("#password")).to_have_value("")
    shoot(page)


def test_after_signing_out_back_shows_nothing(page, body, officer_of, sign_in):
    sign_in(page, officer_of(body))
    page.goto(f"/b/{body.code}/trial-balance")
    page.get_by_role("button", name="ออกจากระบบ").click()
    expect(page.get_by_role("status")).to_contain_text("ออกจากระบบแล้ว")

    page.go_back()

    expect(page).to_have_url(re.compile("/sign-in"))
    expect(page.locator("body")).not_to_contain_text(body.full_name_th)


def test_the_page_wanted_comes_after_signing_in(page, body, officer_of):
    officer = officer_of(body)
    page.goto(f"/b/{body.code}/trial-balance?fiscal_year=2569")
    page.fill("#username", officer.username)
    page.fill("#password", officer.password)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page).to_have_url(re.compile(rf"/b/{body.code}/trial-balance\?fiscal_year=2569$"))


def test_signing_in_never_leads_elsewhere(page, body, officer_of):
    officer = officer_of(body)
    page.goto("/sign-in?next=https://example.org/")
    page.fill("#username", officer.username)
    page.fill("#password", officer.password)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page).to_have_url(re.compile(f"/b/{body.code}/$"))


def test_a_body_of_others_looks_like_one_that_is_not(page, body, other_body, officer_of, sign_in):
    sign_in(page, officer_of(body))
    for path in (*PAGES, "journal/JV-00001-70", "journal/JV-00001-70/reverse", "officers"):
        seen = []
        for code in (other_body.code, "9999999"):
            response = page.goto(f"/b/{code}/{path}")
            seen.append((response.status, _without_tokens(page.content(), code)))
        assert seen[0] == seen[1]
        assert seen[0][0] == 404


def test_a_sign_in_link_is_used_up_by_its_button_only(page, body, officer_of, open_context):
    token = _link(officer_of(body), "sign_in")
    for _preview in range(2):
        page.goto(f"/sign-in/link/{token}")
        expect(page.get_by_role("button", name="เข้าสู่ระบบ")).to_be_visible()

    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page).to_have_url(re.compile(f"/b/{body.code}/$"))

    other = open_context().new_page()
    response = other.goto(f"/sign-in/link/{token}")
    assert response.status == 410
    expect(other.locator("h1")).to_have_text("ลิงก์นี้ใช้ไม่ได้แล้ว")


def test_an_invitation_sets_a_password(page, body, officer_of, shoot):
    officer = officer_of(body)
    page.goto(f"/sign-in/link/{_link(officer, 'invitation')}")
    page.fill("#password", "ดอกไม้บานริมคลองหลังวัด")
    page.fill("#again", "อีกอย่างหนึ่งที่ไม่ตรงกัน")
    page.get_by_role("button", name="ตั้งรหัสผ่าน").click()
    expect(page.get_by_role("alert")).to_have_text("รหัสผ่านสองช่องไม่ตรงกัน")
    shoot(page)

    page.fill("#password", "ดอกไม้บานริมคลองหลังวัด")
    page.fill("#again", "ดอกไม้บานริมคลองหลังวัด")
    page.get_by_role("button", name="ตั้งรหัสผ่าน").click()
    expect(page).to_have_url(re.compile(f"/b/{body.code}/$"))


def test_the_language_can_be_changed_and_is_kept(page, body, officer_of, sign_in, shoot):
    sign_in(page, officer_of(body))
    page.goto(f"/b/{body.code}/trial-balance")
    page.get_by_role("button", name="English").click()
    expect(page).to_have_url(re.compile("/trial-balance$"))
    expect(page.locator("h1")).to_have_text("Trial balance")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"/b/{body.code}/journal/new")
    expect(page.locator("h1")).to_have_text("Post an entry")
    shoot(page)


@pytest.mark.parametrize("path", PAGES)
def test_pages_fit_a_phone(open_context, body, officer_of, sign_in, path, shoot):
    phone = {"width": 390, "height": 844}
    page = open_context(viewport=phone, is_mobile=True, has_touch=True).new_page()
    sign_in(page, officer_of(body))
    page.goto(f"/b/{body.code}/{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= phone["width"]
    shoot(page)


def test_a_body_under_maintenance_says_so(page, body, officer_of, sign_in, shoot):
    sign_in(page, officer_of(body))
    _set_state(body, "maintenance", "ย้ายฐานข้อมูล ถึงเวลา 13:00 น.")
    try:
        response = page.goto(f"/b/{body.code}/journal")
        assert response.status == 503
        expect(page.locator("main")).to_contain_text("ย้ายฐานข้อมูล ถึงเวลา 13:00 น.")
        shoot(page)
    finally:
        _set_state(body, "open", "")


def _appoint(officer, body, role, **more):
    from datetime import date

    from django.utils import timezone

    from tenants.officers import appointments

    appointments.appoint(
        officer_id=officer.id,
        role=role,
        body_code=body.code,
        from_date=date(2020, 1, 1),
        now=timezone.now(),
        **more,
    )


def _link(officer, purpose):
    from django.utils import timezone

    from tenants.officers.sign_in import new_link

    return new_link(officer_id=officer.id, purpose=purpose, now=timezone.now())


def _set_state(body, state, message):
    from tenants.directory.models import Body

    Body.objects.filter(code=body.code).update(state=state, state_message_th=message)


def _without_tokens(content, code):
    content = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", content)
    return content.replace(code, "")
