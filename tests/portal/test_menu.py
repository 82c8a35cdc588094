"""The menu in the header: made once for a set of roles, true for each body and officer."""

from django.test import Client
from django.utils import timezone


def signed_in(officer):
    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
    client = Client(SERVER_NAME="localhost")
    client.cookies[COOKIE] = token
    return client


def test_the_menu_kept_for_a_set_of_roles_leads_to_each_body_s_own_pages(
    body, other_body, officer_of
):
    from portal.templatetags.menus import _ANY_BODY

    of_body = signed_in(officer_of(body)).get(f"/b/{body.code}/").content.decode()
    of_other = signed_in(officer_of(other_body)).get(f"/b/{other_body.code}/").content.decode()
    for mine, page, foreign in ((body, of_body, other_body), (other_body, of_other, body)):
        menu = page.partition('<nav class="tabs"')[2].partition("</nav>")[0]
        assert f'href="/b/{mine.code}/receipts"' in menu
        assert foreign.code not in menu
        assert _ANY_BODY not in page


def test_the_office_sees_who_read_its_books_from_outside(body, officer_of):
    watcher, admin = officer_of(body, "DISTRICT"), officer_of(body, "LAO_ADMIN")
    at = f"/b/{body.code}/readings"
    assert signed_in(watcher).get(f"/b/{body.code}/journal").status_code == 200
    office = signed_in(admin)
    assert at in office.get(f"/b/{body.code}/").content.decode()
    assert f"GET /b/{body.code}/journal" in office.get(at).content.decode()
    assert office.get(f"{at}?before=x").status_code == 404


def test_the_menu_is_kept_apart_by_role_and_language(body, officer_of):
    accountant, auditor = officer_of(body), officer_of(body, "INT_AUDIT")
    pages = [
        signed_in(one).get(f"/b/{body.code}/").content.decode() for one in (accountant, auditor)
    ]
    assert ["/separation" in page for page in pages] == [False, True]
    assert ["/journal/new" in page for page in pages] == [True, False]
    english = signed_in(accountant)
    english.cookies["openlaas_language"] = "en"
    assert "Main menu" in english.get(f"/b/{body.code}/").content.decode()
