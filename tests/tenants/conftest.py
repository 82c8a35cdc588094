"""Pools made anew for a test, the operator's command, and a device that holds a passkey."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import cbor2
import psycopg
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from psycopg import pq


@pytest.fixture
def pools_with() -> Iterator[Callable[..., AbstractContextManager[object]]]:
    """Give this process new pools under changed settings, and its usual ones afterwards."""
    from django.test import override_settings

    from tenants.backend.pool import POOLS

    def forget() -> None:
        POOLS.forget()

    @contextmanager
    def changed(**settings: object) -> Iterator[object]:
        forget()
        try:
            with override_settings(**settings):
                yield POOLS
        finally:
            forget()

    return changed


@pytest.fixture
def only_connection(pools_with) -> Iterator[Callable[[object], object]]:
    """Give each cell one connection, and hand out a body's."""
    with pools_with(TENANT_POOL_SLOTS=1) as pools:
        yield lambda body: pools._pools[body.cell]._slots[0].connection


@pytest.fixture
def cost_of_body(only_connection) -> Callable[[object], Callable[..., tuple[int, int]]]:
    """Tell how many messages work costs a body's cell and the control plane, when it is warm."""
    from django.db import connections

    def of(body: object) -> Callable[[Callable[[], object]], tuple[int, int]]:
        def measure(work: Callable[[], object]) -> tuple[int, int]:
            for _ in range(6):  # opens connections, and prepares what is asked again and again
                work()
            connection = only_connection(body)
            with (
                _traced(connection) as cell,
                _traced(connections["default"].connection) as control_plane,
            ):
                work()
            assert only_connection(body) is connection
            return len(cell), len(control_plane)

        return measure

    return of


@contextmanager
def _traced(connection: psycopg.Connection) -> Iterator[list[bytes]]:
    """Collect what makes the server answer: simple queries, and the ends of extended ones."""
    sent: list[bytes] = []
    with tempfile.TemporaryFile() as trace:
        connection.pgconn.trace(trace.fileno())
        connection.pgconn.set_trace_flags(pq.Trace.SUPPRESS_TIMESTAMPS)
        yield sent
        connection.pgconn.untrace()
        trace.seek(0)
        lines = (line.split(b"\t") for line in trace.read().splitlines())
        sent += [line[2] for line in lines if line[0] == b"F" and line[2] in {b"Query", b"Sync"}]


@pytest.fixture(scope="session")
def provision(owner_environment) -> Callable[..., dict[str, object]]:
    """Run `openlaas fleet provision` for codes, as an operator would."""

    def run(*codes: str) -> dict[str, object]:
        words = [word for code in codes for word in ("--code", code)]
        command = [sys.executable, "-m", "openlaas.cli", "fleet", "provision", "--json", *words]
        done = subprocess.run(
            command, env=owner_environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    return run


class Device:
    """An authenticator in software: it makes one passkey and signs with it, well or badly."""

    def __init__(self, site: object) -> None:
        self.site, self.count = site, 0
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(32)

    def make(self, challenge: bytes, **changed: object) -> str:
        """Answer navigator.credentials.create()."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        public_key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        length = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential_id + public_key
        data = self._data(attested=attested, **changed)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", challenge, **changed)
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def sign(self, challenge: bytes, **changed: object) -> str:
        """Answer navigator.credentials.get()."""
        data = self._data(**changed)
        client = self._client("webauthn.get", challenge, **changed)
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _data(self, *, attested: bytes = b"", is_verified: bool = True, **changed: object) -> bytes:
        flags = 0x01 | (0x04 if is_verified else 0) | (0x40 if attested else 0)
        host = str(changed.get("host", self.site.host)).encode()
        head = hashlib.sha256(host).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
        return head + attested

    def _client(self, kind: str, challenge: bytes, **changed: object) -> bytes:
        origin = changed.get("origin", self.site.origin)
        return json.dumps({"type": kind, "challenge": _text(challenge), "origin": origin}).encode()

    def _answer(self, **parts: bytes) -> str:
        name = _text(self.credential_id)
        response = {part: _text(value) for part, value in parts.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


@pytest.fixture(scope="session")
def new_device() -> Callable[[object], Device]:
    """Make a device with a key of its own."""
    return Device
