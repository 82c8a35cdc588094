"""Two-step sign-in as an officer meets it: an app, passkeys of a virtual device, recovery codes."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import expect

STEP_SECONDS = 30
AT_HOME = re.compile(r"/b/[0-9-]+/$")


class Phone:
    """An authenticator app in the hands of a patient officer: it never shows a code twice.

    The server takes the next step's code too, so nobody waits for 30 seconds to pass.
    """

    def __init__(self, page):
        self.app = pyotp.TOTP(page.locator("#secret").inner_text().replace(" ", ""))
        self.step = 0

    def code(self):
        self.step = max(self.step + 1, int(time.time()) // STEP_SECONDS)
        return self.app.generate_otp(self.step)

    def same_code(self):
        return self.app.generate_otp(self.step)


@pytest.fixture
def named(open_context, live_server_url):
    """Open a browser that knows the server by a name: passkeys are made for no bare address."""

    def open_one(**options):
        url = live_server_url.replace("127.0.0.1", "localhost")
        return open_context(base_url=url, **options).new_page()

    return open_one


@pytest.fixture
def with_device():
    """Give a page's browser a device that makes passkeys and knows its user."""

    def plug(page, **changed):
        line = page.context.new_cdp_session(page)
        line.send("WebAuthn.enable")
        abilities = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        added = line.send("WebAuthn.addVirtualAuthenticator", {"options": abilities | changed})
        return line, added["authenticatorId"]

    return plug


def confirm(page, officer):
    page.goto("/security")
    page.fill("#proof", officer.password)
    page.get_by_role("button", name="ยืนยัน").click()
    expect(page.get_by_role("status")).to_contain_text("ยืนยันแล้ว")


def enrol_app(page, officer):
    """Enrol an app through the page; give the phone and the paper."""
    confirm(page, officer)
    page.get_by_role("button", name="ตั้งค่าแอปยืนยันตัวตน").click()
    phone = Phone(page)
    page.fill("#code", phone.code())
    page.get_by_role("button", name="เริ่มใช้แอปนี้").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    return phone, page.locator(".recovery-codes li").all_inner_texts()


def add_passkey(page, name):
    page.fill("#name", name)
    page.get_by_role("button", name="เพิ่มพาสคีย์").click()
    expect(page.locator("td", has_text=name).first).to_be_visible()


def sign_out(page):
    page.get_by_role("button", name="ออกจากระบบ").click()
    expect(page.get_by_role("status")).to_contain_text("ออกจากระบบแล้ว")


def first_step(page, officer):
    page.goto("/sign-in")
    page.fill("#username", officer.username)
    page.fill("#password", officer.password)
    page.press("#password", "Enter")
    expect(page).to_have_url(re.compile("/sign-in/second-step"))


@pytest.mark.parametrize("has_javascript", [True, False])
def test_an_app_is_enrolled_and_its_codes_work_once(
    open_context, body, officer_of, sign_in, shoot, has_javascript
):
    page, officer = (
        open_context(java_script_enabled=has_javascript).new_page(),
        officer_of(body),
    )
    sign_in(page, officer)
    page.get_by_role("link", name="ความปลอดภัย").click()
    expect(page.locator("h1")).to_have_text("ความปลอดภัยของบัญชี")
    confirm(page, officer)
    page.get_by_role("button", name="ตั้งค่าแอปยืนยันตัวตน").click()
    expect(page.get_by_role("img", name="คิวอาร์โค้ด")).to_be_visible()
    shoot(page, "enrolling", full_page=True)
    page.fill("#code", "000000")
    page.get_by_role("button", name="เริ่มใช้แอปนี้").click()
    expect(page.locator("#code_error")).to_contain_text("รหัสไม่ถูกต้อง")
    phone = Phone(page)
    page.fill("#code", phone.code())
    page.get_by_role("button", name="เริ่มใช้แอปนี้").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    shoot(page, "codes", full_page=True)
    page.goto("/security")
    expect(page.locator(".recovery-codes")).to_have_count(0)
    sign_out(page)

    first_step(page, officer)
    shoot(page, "second-step")
    page.fill("#code", phone.same_code())
    page.press("#code", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("ใช้ไปแล้ว")
    page.fill("#code", phone.code())
    page.press("#code", "Enter")
    expect(page).to_have_url(AT_HOME)


def test_a_recovery_code_works_once(page, body, officer_of, sign_in, shoot):
    officer = officer_of(body)
    sign_in(page, officer)
    _, paper = enrol_app(page, officer)
    sign_out(page)
    for is_good in (True, False):
        first_step(page, officer)
        page.locator("summary", has_text="ใช้รหัสสำรอง").click()
        page.fill("#recovery", paper[0])
        page.press("#recovery", "Enter")
        if is_good:
            expect(page).to_have_url(AT_HOME)
            page.goto("/security")
            expect(page.locator("main")).to_contain_text("เหลือ 9 รหัส")
            sign_out(page)
    expect(page.get_by_role("alert")).to_contain_text("ใช้ไปแล้ว")
    shoot(page)


def test_an_app_is_removed_with_a_code_and_the_password_is_enough_again(
    page, body, officer_of, sign_in
):
    officer = officer_of(body)
    sign_in(page, officer)
    phone, _ = enrol_app(page, officer)
    sign_out(page)
    first_step(page, officer)
    page.fill("#code", phone.code())
    page.press("#code", "Enter")
    expect(page).to_have_url(AT_HOME)
    page.goto("/security")
    expect(page.get_by_role("button", name="ยกเลิกแอป")).to_have_count(0)
    page.fill("#proof", officer.password)
    page.press("#proof", "Enter")
    page.locator("summary", has_text="ยกเลิกแอปยืนยันตัวตน").click()
    page.get_by_role("button", name="ยกเลิกแอป").click()
    expect(page.get_by_role("status")).to_contain_text("ยกเลิกแอปยืนยันตัวตนแล้ว")
    expect(page.locator(".page-head")).to_contain_text("ใช้รหัสผ่านอย่างเดียว")
    sign_out(page)
    sign_in(page, officer)
    expect(page).to_have_url(AT_HOME)


def test_a_passkey_is_enrolled_and_signs_in_without_a_password(
    named, with_device, body, officer_of, sign_in, shoot
):
    page, officer = named(), officer_of(body)
    line, device = with_device(page)
    sign_in(page, officer)
    confirm(page, officer)
    add_passkey(page, "เครื่องที่สำนักงาน")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    shoot(page, "added", full_page=True)
    (kept,) = line.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert (kept["rpId"], kept["isResidentCredential"]) == ("localhost", True)
    sign_out(page)
    shoot(page, "sign-in")

    page.get_by_role("button", name="เข้าสู่ระบบด้วยพาสคีย์").press("Enter")

    expect(page).to_have_url(AT_HOME)
    expect(page.locator("header")).to_contain_text("นางสาวสมหญิง ใจดี")


def test_a_passkey_is_the_second_step(named, with_device, body, officer_of, sign_in, shoot):
    page, officer = named(), officer_of(body)
    with_device(page)
    sign_in(page, officer)
    confirm(page, officer)
    add_passkey(page, "โทรศัพท์")
    sign_out(page)

    first_step(page, officer)
    expect(page.locator("#code")).to_have_count(0)
    shoot(page)
    page.get_by_role("button", name="ยืนยันด้วยพาสคีย์").click()

    expect(page).to_have_url(AT_HOME)


def test_several_passkeys_have_names_and_are_removed_one_by_one(
    named, with_device, body, officer_of, sign_in, shoot
):
    page, officer = named(), officer_of(body)
    line, device = with_device(page)
    sign_in(page, officer)
    confirm(page, officer)
    add_passkey(page, "หนึ่ง")
    page.goto("/security")
    page.fill("#name", "สอง")
    page.get_by_role("button", name="เพิ่มพาสคีย์").click()
    expect(page.locator("[data-failed]")).to_have_text("เครื่องนี้มีพาสคีย์ของท่านอยู่แล้ว")
    line.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    with_device(page)
    add_passkey(page, "สอง")
    shoot(page, full_page=True)

    page.get_by_role("button", name="ลบ หนึ่ง").click()

    expect(page.get_by_role("status")).to_contain_text("ลบพาสคีย์แล้ว")
    expect(page.locator("td", has_text="หนึ่ง")).to_have_count(0)
    sign_out(page)
    page.get_by_role("button", name="เข้าสู่ระบบด้วยพาสคีย์").click()
    expect(page).to_have_url(AT_HOME)


def test_a_passkey_that_was_removed_or_whose_user_is_unknown_signs_nobody_in(
    named, with_device, body, officer_of, sign_in, shoot
):
    page, officer = named(), officer_of(body)
    line, device = with_device(page)
    sign_in(page, officer)
    confirm(page, officer)
    add_passkey(page, "หนึ่ง")
    page.goto("/security")
    page.get_by_role("button", name="ลบ หนึ่ง").click()
    expect(page.get_by_role("status")).to_contain_text("ลบพาสคีย์แล้ว")
    sign_out(page)

    page.get_by_role("button", name="เข้าสู่ระบบด้วยพาสคีย์").click()
    expect(page.get_by_role("alert").first).to_contain_text("พาสคีย์นี้ใช้เข้าสู่ระบบไม่ได้")
    shoot(page)
    unknown = {"authenticatorId": device, "isUserVerified": False}
    line.send("WebAuthn.setUserVerified", unknown)
    page.get_by_role("button", name="เข้าสู่ระบบด้วยพาสคีย์").click()
    expect(page.locator("[data-failed]")).to_contain_text("ลองอีกครั้งหรือใช้วิธีอื่น")


def test_by_a_bare_address_no_passkey_is_offered(page, body, officer_of, sign_in):
    officer = officer_of(body)
    page.goto("/sign-in")
    expect(page.locator("form[data-passkey]")).to_have_count(0)
    sign_in(page, officer)
    confirm(page, officer)
    expect(page.locator("main")).to_contain_text("ไม่ใช่เลขที่อยู่ IP")


def test_the_administrator_helps_who_lost_the_phone(
    open_context, body, officer_of, sign_in, as_owner, shoot
):
    officer, admin = officer_of(body), officer_of(body, "LAO_ADMIN")
    theirs = open_context().new_page()
    sign_in(theirs, officer)
    enrol_app(theirs, officer)

    page = open_context().new_page()
    sign_in(page, admin)
    page.goto(f"/b/{body.code}/officers/{officer.username}")
    page.get_by_label("โทรศัพท์หาย").check()
    page.get_by_role("button", name="สร้างลิงก์ตั้งรหัสผ่านใหม่").click()
    expect(page.locator(".alert-warning")).to_contain_text("ยกเลิกการยืนยันสองขั้น")
    shoot(page)
    link = page.locator("#link").input_value()

    theirs.goto("/security")
    expect(theirs).to_have_url(re.compile("/sign-in"))
    theirs.goto(link)
    theirs.fill("#password", "ดอกไม้บานริมคลองหลังวัด")
    theirs.fill("#again", "ดอกไม้บานริมคลองหลังวัด")
    theirs.get_by_role("button", name="ตั้งรหัสผ่าน").click()
    expect(theirs).to_have_url(AT_HOME)
    with as_owner(body) as owner:
        acts = owner.execute("SELECT action, subject FROM audit_event ORDER BY id").fetchall()
    assert acts == [
        ("officer_reset", officer.username),
        ("second_steps_removed", officer.username),
    ]


def test_an_administrator_is_told_why_not_for_themself(page, body, officer_of, sign_in):
    admin = officer_of(body, "LAO_ADMIN")
    sign_in(page, admin)
    page.goto(f"/b/{body.code}/officers/{admin.username}")
    page.get_by_label("โทรศัพท์หาย").check()
    page.get_by_role("button", name="สร้างลิงก์ตั้งรหัสผ่านใหม่").click()
    expect(page.locator("#lost_phone_error")).to_contain_text("ของตนเองที่นี่ไม่ได้")


def test_the_pages_speak_english_and_fit_a_phone(open_context, body, officer_of, sign_in, shoot):
    phone = {"width": 390, "height": 844}
    page = open_context(viewport=phone, is_mobile=True, has_touch=True).new_page()
    officer = officer_of(body)
    sign_in(page, officer)
    confirm(page, officer)
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Account security")
    page.get_by_role("button", name="Set up an authenticator app").click()
    shoot(page, "enrolling", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= phone["width"]
    page.fill("#code", Phone(page).code())
    page.get_by_role("button", name="Begin to use this app").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    assert page.evaluate("document.documentElement.scrollWidth") <= phone["width"]
    main = page.locator("main").inner_text()
    assert not re.search("[ก-๙]", main), main
    page.get_by_role("button", name="Sign out").click()
    first_step(page, officer)
    expect(page.locator("h1")).to_have_text("Second step")
    assert page.evaluate("document.documentElement.scrollWidth") <= phone["width"]
    shoot(page, "second-step")
