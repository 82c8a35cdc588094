"""Where a deployment is, and a plain connection to it: http or https."""

import http.client
import ssl
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


class Address(NamedTuple):
    """A deployment's entrance.

    Attributes:
        is_secure: it is asked over TLS, and its certificate is checked.
    """

    host: str
    port: int
    is_secure: bool = False

    @property
    def named(self) -> str:
        """What a request's Host says; the scheme's own port is left out, as browsers do."""
        usual = _PORTS["https" if self.is_secure else "http"]
        return self.host if self.port == usual else f"{self.host}:{self.port}"


def address_of(target: str) -> Address:
    """Return where a deployment's address leads.

    Raises:
        ValueError: it is no http or https address of a host alone.
    """
    parts = urlsplit(target)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
        raise ValueError(f"{target} is no http[s]://host[:port] address")
    return Address(parts.hostname, parts.port or _PORTS[parts.scheme], parts.scheme == "https")


def connection_to(target: str, *, timeout: float) -> http.client.HTTPConnection:
    """Return a connection, not yet made, that gives up after so many seconds."""
    host, port, is_secure = address_of(target)
    if is_secure:
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=trusting())
    return http.client.HTTPConnection(host, port, timeout=timeout)


@cache
def trusting() -> ssl.SSLContext:
    """Return whom certificates are believed from: the machine's list, or SSL_CERT_FILE's."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
