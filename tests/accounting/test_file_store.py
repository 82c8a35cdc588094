"""The file store, as a folder and as a bucket: what is kept comes back, or nothing does."""

import hashlib
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.test.client import encode_multipart

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 20
LARGE = b"%PDF-" + bytes(10 * 1024 * 1024 - 5)
BUCKET = "openlaas-files"
NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def endpoint():
    """An S3 store on a port of its own, with a bucket, for the length of these tests."""
    import boto3
    from moto.server import ThreadedMotoServer

    with pytest.MonkeyPatch.context() as environment:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "for-the-tests")
        environment.setenv("AWS_DEFAULT_REGION", "ap-southeast-7")
        environment.setenv("NO_PROXY", "127.0.0.1")
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        client = boto3.client("s3", endpoint_url=f"http://{host}:{port}")
        client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-7"}
        )
        client.close()
        yield f"http://{host}:{port}"
        server.stop()


def using(backend, **options):
    from django.conf import settings

    attachments = {"BACKEND": backend, "OPTIONS": options}
    return override_settings(STORAGES={**settings.STORAGES, "attachments": attachments})


def using_bucket(endpoint):
    return using("accounting.attachments.bucket.Bucket", bucket_name=BUCKET, endpoint_url=endpoint)


@pytest.fixture(params=["folder", "bucket"])
def store(request, tmp_path):
    from accounting.attachments import store

    if request.param == "folder":
        chosen = using("accounting.attachments.store.LocalFolder", location=tmp_path)
    else:
        chosen = using_bucket(request.getfixturevalue("endpoint"))
    with chosen:
        yield store


@pytest.fixture
def body_id():
    return uuid.uuid4()


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def names(store, body_id, before=timedelta(minutes=1)):
    return store.names_before(body_id=body_id, before=datetime.now(UTC) + before)


@pytest.mark.parametrize("content", [PDF, LARGE], ids=["small", "as large as may be"])
def test_what_is_kept_comes_back(store, body_id, content):
    store.keep(body_id=body_id, sha256=sha256_of(content), content=content)
    assert store.content(body_id=body_id, sha256=sha256_of(content)) == content


def test_the_same_bytes_are_kept_once_in_each_body_by_what_they_are(store, body_id):
    other = uuid.uuid4()
    for owner in (body_id, body_id, other):
        store.keep(body_id=owner, sha256=sha256_of(PDF), content=PDF)
    assert names(store, body_id) == names(store, other) == [sha256_of(PDF)]
    assert storages["attachments"].exists(f"{body_id}/{sha256_of(PDF)[:2]}/{sha256_of(PDF)}")


def test_changed_bytes_are_never_handed_out(store, body_id):
    from accounting.errors import InvariantBroken

    sha256 = sha256_of(PDF)
    store.keep(body_id=body_id, sha256=sha256, content=PDF)
    storages["attachments"].save(f"{body_id}/{sha256[:2]}/{sha256}", ContentFile(PDF[:-1]))
    with pytest.raises(InvariantBroken, match="is damaged"):
        store.content(body_id=body_id, sha256=sha256)


def test_bytes_that_are_gone_are_missed_by_name(store, body_id):
    from accounting.errors import InvariantBroken

    with pytest.raises(InvariantBroken, match=f"{sha256_of(PDF)} is not there"):
        store.content(body_id=body_id, sha256=sha256_of(PDF))


def test_what_is_removed_is_gone_and_may_be_kept_again(store, body_id):
    for _ in range(2):
        store.keep(body_id=body_id, sha256=sha256_of(PDF), content=PDF)
        assert names(store, body_id) == [sha256_of(PDF)]
        store.remove(body_id=body_id, name=sha256_of(PDF))
        assert names(store, body_id) == []
    store.remove(body_id=body_id, name=sha256_of(PDF))


def test_only_what_is_older_is_listed(store, body_id):
    store.keep(body_id=body_id, sha256=sha256_of(PDF), content=PDF)
    assert names(store, body_id, before=-timedelta(hours=1)) == []


def test_a_bucket_that_is_away_is_told_as_such(body_id, endpoint):
    from accounting.attachments import store

    with using_bucket(NOBODY_LISTENS):
        with pytest.raises(store.StoreAway):
            store.keep(body_id=body_id, sha256=sha256_of(PDF), content=PDF)
        with pytest.raises(store.StoreAway):
            store.content(body_id=body_id, sha256=sha256_of(PDF))
        with pytest.raises(store.StoreAway):
            names(store, body_id)


def test_the_settings_lead_to_the_bucket(endpoint, owner_environment, body_id):
    program = (
        "import django, uuid; django.setup(); from accounting.attachments import store;"
        f"facts = dict(body_id=uuid.UUID('{body_id}'), sha256='{sha256_of(PDF)}');"
        f"store.keep(content=bytes.fromhex('{PDF.hex()}'), **facts);"
        "print(len(store.content(**facts)))"
    )
    told = {"OPENLAAS_FILES_BUCKET": BUCKET, "OPENLAAS_FILES_ENDPOINT": endpoint}
    told |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**owner_environment, **told},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == [str(len(PDF))], done.stderr
    with using_bucket(endpoint):
        from accounting.attachments import store

        assert store.content(body_id=body_id, sha256=sha256_of(PDF)) == PDF


def attached(api, body, token, content=PDF):
    form = encode_multipart("--", {"file": SimpleUploadedFile("a.pdf", content)})
    path = f"bodies/{body.code}/documents/JV-00001-70/attachments"
    return api.post(path, form, token=token, **{"Content-Type": "multipart/form-data; boundary=--"})


def test_an_upload_reaches_the_bucket_and_comes_back(api, body, officer_of, entry, endpoint):
    token = officer_of(body).token
    api.post(f"bodies/{body.code}/journal-entries", entry(), token=token)
    with using_bucket(endpoint):
        assert attached(api, body, token).status_code == 201
        path = f"bodies/{body.code}/documents/JV-00001-70/attachments/1"
        assert api.get(path, token=token).content == PDF
    with using_bucket(NOBODY_LISTENS):
        for answer in (attached(api, body, token, LARGE), api.get(path, token=token)):
            assert (answer.status_code, answer.json()["retryable"]) == (503, True)
            assert answer["Retry-After"]
