"""Books to write out and bring back, and an operator's rights inside this process."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journal.conftest import (  # noqa: F401 - the same books are kept here
    entering,
    exported,
    officer,
    post,
    posting,
    reports,
    verified,
)

PDF = b"%PDF-1.7\n" + bytes(range(256))


@pytest.fixture
def as_operator(owner_url: str) -> Iterator[None]:
    """Let this process act as the owner, as an operator's command does."""
    from django.test import override_settings

    from openlaas import database_urls

    with override_settings(OWNER_PARAMETERS=database_urls.connection_parameters(owner_url)):
        yield


@pytest.fixture(scope="session")
def run_verifier() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the standalone verifier as a stranger would: no packages, no environment."""
    from tenants.archives import verify_archive

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", verify_archive.__file__, *map(str, arguments)]
        return subprocess.run(command, env={}, cwd="/", capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="session")
def operator(owner_environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run one of our commands as an operator would."""

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "openlaas.cli", *map(str, words)]
        return subprocess.run(
            command, env=owner_environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Where an archive is to be written."""
    return tmp_path / "books.zip"


@pytest.fixture
def books(body, post, posting, entering, officer):  # noqa: F811
    """A body with entries, a missing and an empty text, a party, and an attachment."""
    from accounting.attachments import contents, operations, store
    from accounting.attachments.queries import body_id

    post(body, posting("2026-09-30", "2.05"), posting("2026-10-01", "4.10", reference='ฎ. 1, "2"'))
    with entering(body):
        file = contents.inspect(name="ใบเสร็จ.pdf", content=PDF)
        operations.attach(subject="JV-00001/70", file=file, officer=officer)
        store.keep(body_id=body_id(), sha256=file.sha256, content=PDF)
    return body
