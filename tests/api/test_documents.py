"""What hangs on a document, and its history, through the API."""

import hashlib
import io
import zipfile
from pathlib import Path
from uuid import uuid4

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import encode_multipart

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 20
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 50
BOUNDARY = "between-the-parts"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
TEXT = "รายการเดินบัญชี\r\n1,000.00\r\n"


def workbook(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>" * 10)
        archive.writestr("xl/workbook.xml", "<workbook/>" * 10)
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return packed.getvalue()


@pytest.fixture
def office(api, body, officer_of, entry):
    class Office:
        code = body.code
        accountant = officer_of(body).token
        director = officer_of(body, "FIN_DIRECTOR").token
        second_accountant = officer_of(body).token

        def post(self, path, content=None, token=None, **options):
            return api.post(
                f"bodies/{self.code}/{path}",
                content or {},
                token=token or self.accountant,
                **options,
            )

        def get(self, path, token=None, **headers):
            return api.get(f"bodies/{self.code}/{path}", token=token or self.accountant, **headers)

        def attach(self, document, content, name="ใบเสร็จ.pdf", token=None, key="", field="file"):
            form = {field: SimpleUploadedFile(name, content)} if name else {field: content}
            return self.post(
                f"documents/{document}/attachments",
                encode_multipart(BOUNDARY, form),
                token=token,
                key=key,
                **FORM,
            )

        def posted_voucher(self):
            voucher = self.post("general-vouchers", entry("7.00")).json()
            path = f"general-vouchers/{voucher['id']}"
            self.post(f"{path}/check", token=self.director)
            return self.post(f"{path}/post", token=self.second_accountant).json()

    return Office()


def words_of(paper):
    with pypdfium2.PdfDocument(paper) as pages:
        return " ".join("".join(page.get_textpage().get_text_range() for page in pages).split())


def codes(response):
    return [refusal["code"] for refusal in response.json()["refusals"]]


def test_a_file_comes_back_as_it_was_sent_and_is_never_run(office, entry):
    office.post("journal-entries", entry())

    added = office.attach("JV-00001-70", PDF)

    assert added.status_code == 201, added.content
    assert added.json()["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (added.json()["attachment_no"], added.json()["kind"]) == (1, "pdf")
    sent = office.get("documents/JV-00001-70/attachments/1", Accept="text/html")
    assert (sent.status_code, sent.content) == (200, PDF)
    assert sent["Content-Type"] == "application/pdf"
    assert sent["Content-Disposition"].startswith("attachment; filename*=utf-8''%E0%B9%83")
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert sent["Content-Security-Policy"].startswith("sandbox")
    listed = office.get("documents/JV-00001-70/attachments").json()
    assert listed == {"items": [added.json()], "next": None}


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("ใบเสนอราคา.PDF", PDF, "pdf"),
        ("ภาพ.png", PNG, "png"),
        ("scan.JPG", b"\xff\xd8\xff\xe0" + b"\x00" * 20, "jpeg"),
        ("ตาราง.xlsx", workbook(), "xlsx"),
        ("utf8.txt", TEXT.encode(), "txt"),
        ("cp874.txt", TEXT.encode("cp874"), "txt"),
    ],
)
def test_a_file_is_what_its_bytes_are(office, entry, name, content, kind):
    office.post("journal-entries", entry())
    added = office.attach("JV-00001-70", content, name)
    assert (added.status_code, added.json().get("kind")) == (201, kind), added.content


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"MZ\x90\x00\x03", "unknown_content"),
        ("a.pdf", PNG, "name_and_content_differ"),
        ("a.html", b"<script>alert(1)</script>", "name_and_content_differ"),
        ("a.zip", b"PK\x03\x04 and no more", "not_a_workbook"),
        ("a.xlsx", workbook(xl__vbaProject_dot_bin=b"x"), "has_macros"),
        ("bomb.xlsx", workbook(xl__sheet_dot_xml=b"0" * 8_000_000), "unpacks_too_large"),
        ("a.pdf", b"", "empty_file"),
        ("a.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024), "file_too_large"),
        (f"{'ก' * 200}.pdf", PDF, "bad_file_name"),
        ("a?b.pdf", PDF, "bad_file_name"),
    ],
)
def test_what_an_office_does_not_need_is_refused(office, entry, name, content, code):
    office.post("journal-entries", entry())
    refused = office.attach("JV-00001-70", content, name)
    assert refused.status_code == 422, refused.content
    assert code in codes(refused)
    assert office.get("documents/JV-00001-70/attachments").json()["items"] == []


def test_a_form_has_one_file_and_is_of_a_bounded_size(office, entry):
    office.post("journal-entries", entry())
    for refused in (
        office.attach("JV-00001-70", PDF, field="document"),
        office.attach("JV-00001-70", "text", name=""),
    ):
        assert (refused.status_code, codes(refused)) == (422, ["one_file_required"])
    assert office.post("documents/JV-00001-70/attachments", {"file": "x"}).status_code == 415
    assert office.attach("JV-00001-70", b"0" * (12 * 1024 * 1024)).status_code == 413
    broken = office.post(
        "documents/JV-00001-70/attachments", b"no form", **{"Content-Type": "multipart/form-data"}
    )
    assert broken.status_code == 400


def test_a_file_is_attached_once_whatever_happens(office, entry):
    office.post("journal-entries", entry())
    first = office.attach("JV-00001-70", PDF, key="attach-it")
    again = office.attach("JV-00001-70", PDF, key="attach-it")
    assert (again.status_code, again["Idempotency-Hit"]) == (201, "true")
    assert again.content == first.content
    other = office.attach("JV-00001-70", PNG, "b.png", key="attach-it")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    twice = office.attach("JV-00001-70", PDF, "อีกชื่อ.pdf")
    assert (twice.status_code, codes(twice)) == (409, ["attached_already"])


def test_a_posted_voucher_is_one_document_under_both_its_names(office):
    voucher = office.posted_voucher()
    office.attach(voucher["id"], PDF)
    office.attach("JV-00001-70", PNG, "b.png")
    by_id = office.get(f"documents/{voucher['id']}/attachments").json()["items"]
    assert [one["attachment_no"] for one in by_id] == [1, 2]
    assert office.get("documents/JV-00001-70/attachments").json()["items"] == by_id
    assert office.get("documents/JV-00001-70/attachments/2").content == PNG


def test_a_history_tells_the_steps_and_the_reversals(office, entry):
    voucher = office.posted_voucher()
    office.attach(voucher["id"], PDF)
    office.post("journal-entries", entry())
    office.post(
        "journal-entries/JV-00001-70/reversal", {"entry_date": "2026-10-31", "reason": "ผิดบัญชี"}
    )

    by_number = office.get("documents/JV-00001-70/history").json()

    assert by_number == office.get(f"documents/{voucher['id']}/history").json()
    assert [step["action"] for step in by_number["steps"]] == ["draft", "check", "post"]
    assert (by_number["reverses"], by_number["reversed_by"]) == (None, "JV-00003/70")
    assert (by_number["state"], by_number["attachments"]) == ("posted", 1)
    direct = office.get("documents/JV-00002-70/history").json()
    assert (direct["id"], [s["action"] for s in direct["steps"]]) == (None, ["post"])
    reversal = office.get("documents/JV-00003-70/history").json()
    assert (reversal["reverses"], reversal["number"]) == ("JV-00001/70", "JV-00003/70")
    draft = office.post("general-vouchers", {}).json()
    drafted = office.get(f"documents/{draft['id']}/history").json()
    assert (drafted["state"], drafted["number"]) == ("draft", None)


def test_another_bodys_papers_are_not_there(office, api, entry, other_body, officer_of):
    office.post("journal-entries", entry())
    voucher = office.posted_voucher()
    office.attach("JV-00001-70", PDF)
    office.attach(voucher["id"], PDF)
    stranger = officer_of(other_body).token
    for document in ("JV-00001-70", voucher["id"], "nonsense", "%00"):
        path = f"documents/{document}"
        for below in ("history", "attachments", "attachments/1"):
            foreign = api.get(f"bodies/{office.code}/{path}/{below}", token=stranger)
            absent = api.get(f"bodies/{other_body.code}/{path}/{below}", token=stranger)
            assert (foreign.status_code, absent.status_code) == (404, 404), (document, below)
    assert office.get("documents/JV-00001-70/attachments/99999999").status_code == 404


def test_auditors_and_administrators_attach_nothing(office, entry, body, officer_of):
    office.post("journal-entries", entry())
    for role, wanted in (("INT_AUDIT", 403), ("LAO_ADMIN", 403), ("UNIT_CLERK", 201)):
        token = officer_of(body, role).token
        assert office.attach("JV-00001-70", PDF, token=token).status_code == wanted, role


def test_a_damaged_file_is_never_handed_out(office, entry, as_owner, body):
    from django.conf import settings

    office.post("journal-entries", entry())
    added = office.attach("JV-00001-70", PDF).json()
    with as_owner(body) as owner:
        body_id = owner.execute("SELECT body_id FROM body_identity").fetchone()[0]
    folder = Path(settings.STORAGES["attachments"]["OPTIONS"]["location"]) / str(body_id)
    (kept,) = folder.glob(f"*/{added['sha256']}")
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_bytes(PDF[:-1])
    assert office.get("documents/JV-00001-70/attachments/1").status_code == 500


def test_a_posted_document_is_sent_as_the_paper_to_sign_and_twice_the_same(office):
    voucher = office.posted_voucher()
    number = voucher["number"].replace("/", "-")

    papers = [office.get(f"documents/{name}/pdf") for name in (number, voucher["id"], number)]

    kinds = {(sent.status_code, sent["Content-Type"]) for sent in papers}
    assert kinds == {(200, "application/pdf")}
    assert f"voucher-{number}.pdf" in papers[0]["Content-Disposition"]
    assert len({sent.content for sent in papers}) == 1
    words = words_of(papers[0].content)
    assert {"ใบผ่านรายการบัญชีทั่วไป", voucher["number"], "7.00"} <= set(words.split())


def test_the_paper_of_a_draft_says_that_nothing_is_posted(office, entry):
    draft = office.post("general-vouchers", entry("7.00")).json()

    sent = office.get(f"documents/{draft['id']}/pdf")

    assert "ยังไม่ได้บันทึกบัญชี" in words_of(sent.content)


def test_no_paper_of_what_is_not_there(office, api, entry):
    office.post("journal-entries", entry())

    missing = ("JV-00002-70", str(uuid4()), "ledger")
    assert {office.get(f"documents/{name}/pdf").status_code for name in missing} == {404}
    assert api.get(f"bodies/{office.code}/documents/JV-00001-70/pdf").status_code == 401
