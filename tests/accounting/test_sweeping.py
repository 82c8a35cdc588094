"""Stored files that no attachment names are taken away, and no other."""

import hashlib
import os
import threading
import time
import uuid

import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings

PDF, PNG = b"%PDF-1.7\n" + bytes(range(200)), b"\x89PNG\r\n\x1a\n" + bytes(50)
DAY_SECONDS = 24 * 3600


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def files(tmp_path):
    """A store of this test's own: the usual one keeps what earlier runs have stored."""
    backend = "accounting.attachments.store.LocalFolder"
    attachments = {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}
    with override_settings(STORAGES={**settings.STORAGES, "attachments": attachments}):
        yield tmp_path


@pytest.fixture
def office(body, files):
    """A body's papers: attach as the API does, with every step in reach."""
    from accounting.attachments import contents, operations, queries, store
    from accounting.officers import Officer
    from jobs.housekeeping import sweep_files
    from tenants.transactions import tenant_transaction

    clerk = Officer(id=uuid.uuid4(), name_th="นายสมชาย ใจดี", roles=frozenset())

    class Office:
        def __init__(self):
            with tenant_transaction(body, read_only=True):
                self.body_id = queries.body_id()
            self.folder = files / f"{self.body_id}"

        def store(self, content, *, age_days=0.0):
            store.keep(body_id=self.body_id, sha256=sha256_of(content), content=content)
            self.make_old(sha256_of(content), age_days)

        def make_old(self, name, age_days):
            then = time.time() - age_days * DAY_SECONDS
            os.utime(self.folder / name[:2] / name, (then, then))

        def attach(self, content, *, before_commit=lambda: None):
            file = contents.inspect(name="a.pdf", content=content)
            with tenant_transaction(body):
                operations.attach(subject="JV-00001/70", file=file, officer=clerk)
                before_commit()
                store.keep(body_id=self.body_id, sha256=file.sha256, content=content)

        def stored(self):
            return {path.name for path in self.folder.rglob("*") if path.is_file()}

        def sweep(self):
            return sweep_files(body_code=body.code)

    return Office()


def test_what_no_attachment_names_for_a_day_is_taken_away(office):
    office.store(PDF, age_days=1.1)
    office.store(PNG, age_days=1.1)
    office.attach(PDF)
    assert (office.sweep(), office.stored()) == (1, {sha256_of(PDF)})
    assert office.sweep() == 0


def test_an_upload_that_may_still_be_under_way_is_left(office):
    office.store(PDF, age_days=0.9)
    assert (office.sweep(), office.stored()) == (0, {sha256_of(PDF)})


def test_what_a_killed_upload_left_half_written_is_taken_away(office):
    office.store(PDF)
    name = f"{sha256_of(PDF)}.{uuid.uuid4().hex}"
    (office.folder / name[:2] / name).write_bytes(PDF[:5])
    assert office.sweep() == 0
    office.make_old(name, 2)
    assert (office.sweep(), office.stored()) == (1, {sha256_of(PDF)})


def test_a_neighbours_files_are_its_own(office, other_body, as_owner):
    from accounting.attachments import store

    with as_owner(other_body) as owner:
        neighbour = owner.execute("SELECT body_id FROM body_identity").fetchone()[0]
    store.keep(body_id=neighbour, sha256=sha256_of(PDF), content=PDF)
    kept = office.folder.with_name(str(neighbour)) / sha256_of(PDF)[:2] / sha256_of(PDF)
    os.utime(kept, (0, 0))
    assert office.sweep() == 0
    assert kept.exists()


def test_a_sweep_beside_the_upload_of_the_same_bytes_leaves_them(office):
    """The rubbish of long ago is attached now, and the sweep comes between row and COMMIT."""
    office.store(PDF, age_days=9)
    swept: list[int] = []

    def sweep():
        swept.append(office.sweep())
        connections.close_all()

    def sweep_meanwhile():
        sweeper = threading.Thread(target=sweep)
        sweeper.start()
        sweeper.join()

    office.attach(PDF, before_commit=sweep_meanwhile)
    assert (swept, office.stored()) == ([0], {sha256_of(PDF)})


def test_an_upload_that_comes_after_the_sweep_stores_its_bytes_again(office):
    """The bytes were there when the upload looked first, and gone when it wrote its row."""
    office.store(PDF, age_days=9)
    assert office.sweep() == 1
    office.attach(PDF)
    assert office.stored() == {sha256_of(PDF)}


def test_the_api_stores_again_what_was_swept_before_its_row(
    api, body, office, officer_of, entry, monkeypatch
):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test.client import encode_multipart

    from accounting.attachments import operations

    token = officer_of(body).token
    api.post(f"bodies/{body.code}/journal-entries", entry(), token=token)
    office.store(PDF, age_days=9)
    attach = operations.attach

    def swept_first(**facts):
        from accounting.attachments import store

        store.remove(body_id=office.body_id, name=sha256_of(PDF))
        return attach(**facts)

    monkeypatch.setattr(operations, "attach", swept_first)
    form = encode_multipart("--", {"file": SimpleUploadedFile("a.pdf", PDF)})
    path = f"bodies/{body.code}/documents/JV-00001-70/attachments"
    content_type = {"Content-Type": "multipart/form-data; boundary=--"}
    assert api.post(path, form, token=token, **content_type).status_code == 201
    assert api.get(f"{path}/1", token=token).content == PDF


def test_the_sweep_is_on_the_beat_and_asks_every_open_body(monkeypatch, body):
    from jobs import housekeeping
    from openlaas.celery import app

    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "jobs.housekeeping.sweep_files_everywhere" in tasks
    asked: list[str] = []
    monkeypatch.setattr(
        housekeeping.sweep_files, "delay", lambda *, body_code: asked.append(body_code)
    )
    housekeeping.sweep_files_everywhere()
    assert body.code in asked
