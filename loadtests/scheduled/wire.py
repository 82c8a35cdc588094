"""HTTP/1.1 as the driver speaks it: a request as bytes, an answer read off a kept connection.

Of a request's cost most is Python's, so nothing is done twice: what an officer sends every time is
put together once, and of an answer's head only the status and three headers are looked at.
"""

import errno
import socket
import ssl

from loadtests.asking import Asked, compact
from loadtests.officers import Officer
from loadtests.scheduled.addresses import Address, trusting

_READ_BYTES = 262_144
_COOKIE = "openlaas_portal"
_UNDER_WAY = frozenset({errno.EINPROGRESS, errno.EAGAIN, errno.EWOULDBLOCK})
_HEAD_END = b"\r\n\r\n"
_LAST_CHUNK = b"\r\n0\r\n\r\n"


class HungUp(Exception):
    """The other side closed the connection before the answer was whole."""


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

    def __init__(self, address: Address) -> None:
        self.socket: socket.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.settimeout(0)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = self.socket.connect_ex(address[:2])
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

    @property
    def has_to_send(self) -> bool:
        """Whether a part of the request waits until the socket takes more."""
        return self.is_open and bool(self._to_send)

    def go_on(self) -> bool:
        """Send what is left to send, once the socket can take it; tell whether nothing is left.

        Raises:
            OSError: nobody listens there, or the connection broke.
        """
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
        chunk = self._read()
        if chunk is None:
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

    def _read(self) -> bytes | None:
        """Return what has come, nothing when the other side closed; None: nothing has come."""
        try:
            return self.socket.recv(_READ_BYTES)
        except BlockingIOError:
            return None

    def has_begun(self) -> bool:
        """Tell whether a part of the answer has come."""
        return bool(self._received)

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


class SecureWire(Wire):
    """The same over TLS.

    Shaking hands is reading and writing in turn. While it is the other side's turn there is
    nothing to write, so `go_on` says that all is sent; `hear` goes on once it has spoken.
    """

    __slots__ = ("_host", "_secured")

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self._host = address.host
        self._secured: ssl.SSLSocket | None = None
        self.is_open = False  # not before hands are shaken, however soon it is connected

    def go_on(self) -> bool:
        """Shake hands, then send what is left to send.

        Raises:
            OSError: nobody listens there, its certificate is not believed, the connection broke.
        """
        if not self.is_open:
            if self._secured is None:
                self._secured = self._wrapped()
            try:
                self._secured.do_handshake()
            except ssl.SSLWantReadError:
                return True
            except ssl.SSLWantWriteError:
                return False
            self.is_open = True
        try:
            return super().go_on()
        except ssl.SSLWantWriteError:
            return False

    def _wrapped(self) -> ssl.SSLSocket:
        code = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, "cannot connect")
        secured = trusting().wrap_socket(
            self.socket, server_hostname=self._host, do_handshake_on_connect=False
        )
        self.socket = secured  # the same descriptor: whoever watches it need not know
        return secured

    def hear(self) -> tuple[int, bytes, bytes] | None:
        """Read what has come; before hands are shaken, go on with that."""
        if not self.is_open:
            self.go_on()
            return None
        return super().hear()

    def _read(self) -> bytes | None:
        """Return all that has come: what is left inside the TLS layer wakes nobody up."""
        chunks: list[bytes] = []
        try:
            while chunk := self.socket.recv(_READ_BYTES):
                chunks.append(chunk)
        except ssl.SSLWantReadError:
            return b"".join(chunks) or None
        return b"".join(chunks)


def wire_to(address: Address) -> Wire:
    """Return a new connection, being made.

    Raises:
        OSError: nobody listens there.
    """
    return SecureWire(address) if address.is_secure else Wire(address)


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
