"""Attachments in an S3 bucket, Amazon's or another's; needs openlaas[s3].

The bucket is private and holds nothing else. Whoever signs in to it may list it: without that right
S3 says of a file that is not there that it is forbidden.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

# A thread waits for the store while an officer waits for the page; boto3 would take minutes.
_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS = 3, 15, 2
_ONE_PIECE_BYTES = 64 * 1024 * 1024  # more than any attachment has: a file is there whole or not


class Bucket(S3Storage):  # type: ignore[misc]  # django-storages ships no types
    """A bucket whose failures are OSErrors, as a folder's are."""

    def __init__(self, **options: Any) -> None:
        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
            # boto3 sends checksums that stores other than Amazon's refuse; the name is one already.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        transfer = TransferConfig(multipart_threshold=_ONE_PIECE_BYTES, use_threads=False)
        super().__init__(
            **{
                "file_overwrite": True,  # with the same bytes
                "default_acl": None,
                "client_config": config,
                "transfer_config": transfer,
                **options,
            }
        )

    def exists(self, name: str) -> bool:
        """Tell whether a file of the name is there."""
        with _as_os_error():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Remove a file; nothing happens when there is none."""
        with _as_os_error():
            super().delete(name)

    def content(self, name: str) -> bytes:
        """Return a file's bytes.

        Raises:
            FileNotFoundError: there is none of the name.
        """
        with _as_os_error(), self.open(name) as file:
            return bytes(file.read())

    def listed(self, folder: str) -> Iterator[tuple[str, datetime]]:
        """Yield the names below a folder, each with the time it was written."""
        with _as_os_error():
            for found in self.bucket.objects.filter(Prefix=f"{folder}/"):
                yield found.key, found.last_modified

    def _save(self, name: str, content: Any) -> str:
        with _as_os_error():
            return str(super()._save(name, content))


@contextmanager
def _as_os_error() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OSError(f"the bucket does not answer as it should: {error}") from error
