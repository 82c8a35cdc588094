"""The embedded Valkey server: the queue and the fast memory of a stack that has no Redis."""

import contextlib
import socket
from pathlib import Path
from urllib.parse import quote

from openlaas.stack import processes
from openlaas.stack.binaries import Binaries
from openlaas.stack.children import Child, Program
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce, Places

_READY_SECONDS = 60
_STOP_SECONDS = 30
_ANSWER_SECONDS = 2


def url(places: Places) -> str:
    """Return the server's URL in redis-py's words."""
    return f"unix://{quote(str(_socket(places)))}?db=0"


def program(places: Places, binaries: Binaries, *, fsync: bool = True) -> Program:
    """Return how the server is started and stopped; what it was told is kept in a file."""
    options = {
        "port": "0",
        "unixsocket": str(_socket(places)),
        "unixsocketperm": "700",
        "dir": str(places.valkey_data),
        "appendonly": "yes",
        "appendfsync": "everysec" if fsync else "no",
        "save": "",
        # A queue that forgets what it cannot hold loses work; one that refuses is heard.
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    return Program(
        name="valkey",
        command=(str(binaries.valkey_server), *arguments),
        environment={"LC_ALL": "C"},
        folder=places.servers,
        account=places.account,
        stop_seconds=_STOP_SECONDS,
    )


def clear_leftovers(places: Places, *, announce: Announce) -> None:
    """Stop a server that a killed supervisor left on our socket.

    Raises:
        StackError: it does not stop.
    """
    if not _answer(places, b"PING"):
        return
    announce("Stopping Valkey, left by a supervisor that was killed")
    _answer(places, b"SHUTDOWN")
    if not processes.wait_until(lambda: not _answer(places, b"PING"), seconds=_STOP_SECONDS):
        raise StackError(f"A Valkey server answers on {_socket(places)} and does not stop: end it.")


def wait_until_ready(child: Child) -> None:
    """Return once the server answers and has read its file.

    Raises:
        StackError: it ended, or is not ready in time.
    """

    def answers() -> bool:
        if not child.is_running():
            raise child.death()
        return _answer(child.places, b"PING") == b"+PONG"

    if not processes.wait_until(answers, seconds=_READY_SECONDS):
        raise StackError(f"Valkey is not ready after {_READY_SECONDS} s; see {child.log}")


def is_answering(places: Places) -> bool:
    """Tell whether the server takes commands."""
    return _answer(places, b"PING") == b"+PONG"


def _answer(places: Places, command: bytes) -> bytes:
    # Two words of the protocol need no client library.
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_ANSWER_SECONDS)
        connection.connect(str(_socket(places)))
        connection.sendall(command + b"\r\n")
        return connection.recv(128).strip()
    return b""


def _socket(places: Places) -> Path:
    return places.sockets / "valkey.sock"
