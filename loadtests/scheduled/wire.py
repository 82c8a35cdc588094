"""HTTP/1.1 as the driver speaks it: a request as bytes, an answer read off a kept connection.

Of a request's cost most is Python's, so nothing is done twice: what an officer sends every time is
put together once, and of an answer's head only the status and three headers are looked at.
"""

import errno
import socket
from urllib.parse import urlsplit

from loadtests.asking import Asked, compact
from loadtests.officers import Officer

_READ_BYTES = 262_144
_COOKIE = "openlaas_portal"
_UNDER_WAY = frozenset({errno.EINPROGRESS, errno.EAGAIN, errno.EWOULDBLOCK})
_HEAD_END = b"\r\n\r\n"
_LAST_CHUNK = b"\r\n0\r\n\r\n"


class HungUp(Exception):
    """The other side closed the connection before the answer was whole."""


def address_of(target: str) -> tuple[str, int]:
    """Return host and port of a deployment's address.

    Raises:
        ValueError: it is no http address; for TLS put a proxy of your own before the driver.
    """
    parts = urlsplit(target)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(f"{target} is no http://host[:port] address")
    return parts.hostname, parts.port or 80


def render(asked: Asked, officer: Officer, *, host: str, key: str) -> bytes:
    """Return the request as it is sent; `key` is its Idempotency-Key."""
    head = f"{asked.method} {asked.path} HTTP/1.1\r\nHost: {host}\r\n"
    if asked.is_page:
        head += f"Cookie: {_COOKIE}={officer.page_token}\r\nAccept: text/html\r\n"
    else:
        head += f"Authorization: Bearer {officer.token}\r\nAccept: */*\r\n"
    if asked.said is None:
        return f"{head}\r\n".encode()
    body = compact(asked.said)
    head += f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Wire:
    """One kept-alive connection with at most one request under way."""

    __slots__ = ("_received", "_to_send", "_whole_at", "is_open", "served", "socket")

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.settimeout(0)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = self.socket.connect_ex(address)
        if code and code not in _UNDER_WAY:
            self.socket.close()
            raise OSError(code, "cannot connect")
        self.is_open = code == 0
        self._received = bytearray()
        self._to_send = b""
        self._whole_at = -1
        self.served = 0

    def ask(self, request: bytes) -> bool:
        """Send a request; False when a part of it must wait until the socket takes more."""
        self._received.clear()
        self._whole_at = -1
        self._to_send = request
        return self.go_on() if self.is_open else False

    def go_on(self) -> bool:
        """Send what is left to send, once the socket can take it; tell whether all is sent."""
        if not self.is_open:
            code = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                raise OSError(code, "cannot connect")
            self.is_open = True
        try:
            sent = self.socket.send(self._to_send)
        except BlockingIOError:
            return False
        self._to_send = self._to_send[sent:]
        return not self._to_send

    def hear(self) -> tuple[int, bytes, bytes] | None:
        """Read what has come; return status, head and body once the answer is whole.

        Raises:
            HungUp: the other side closed before.
            OSError: the connection broke.
        """
        try:
            chunk = self.socket.recv(_READ_BYTES)
        except BlockingIOError:
            return None
        if not chunk:
            raise HungUp
        received = self._received
        received += chunk
        end = received.find(_HEAD_END)
        if end < 0:
            return None
        if self._whole_at < 0:
            self._whole_at = _whole_at(bytes(received[:end]).lower(), end)
        if self._whole_at == 0:
            if not received.endswith(_LAST_CHUNK):
                return None
        elif len(received) < self._whole_at:
            return None
        self.served += 1
        return int(received[9:12]), bytes(received[:end]), bytes(received[end + 4 :])

    def has_begun(self) -> bool:
        """Tell whether a part of the answer has come."""
        return bool(self._received)

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


def _whole_at(head: bytes, end: int) -> int:
    """Return how long the whole answer is; zero when it comes in chunks."""
    _, found, rest = head.partition(b"content-length:")
    if found:
        return end + 4 + int(rest.split(b"\r\n", 1)[0])
    return 0 if b"chunked" in head else end + 4


def header(head: bytes, name: bytes) -> bytes | None:
    """Return a header of an answer, whatever the case of its name."""
    lower = head.lower()
    at = lower.find(b"\r\n" + name + b":")
    if at < 0:
        return None
    start = at + len(name) + 3
    stop = head.find(b"\r\n", start)
    return head[start : stop if stop >= 0 else None].strip()
