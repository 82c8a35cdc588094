"""Clients that post to some bodies for as long as something else happens to the system."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from openlaas.bench import offices as bench_offices
from openlaas.bench.offices import Office
from openlaas.crashes.history import History
from openlaas.crashes.running import Stack
from openlaas.stack import environment
from openlaas.stack.paths import Announce


def offices_of(stack: Stack, bodies: int, *, announce: Announce) -> list[Office]:
    """Give so many bodies books, and return them, an accountant of each signed in.

    This process becomes a web process: from here on Django is set up with such a one's rights.
    """
    bench_offices.provision_bodies(bodies, operators=stack.operators, announce=announce)
    names = (environment.DATABASE, environment.QUEUE, environment.SECRET)
    bench_offices.become_web_process({name: stack.operators[name] for name in names})
    found = bench_offices.sign_in_accountants(bodies)
    from django.db import connections  # noqa: PLC0415 - Django was not set up at import

    connections.close_all()
    return found


@contextmanager
def clients_at_work(
    stack: Stack,
    offices: Sequence[Office],
    history: History,
    *,
    clients: int,
    seed: int,
    settling_seconds: float,
) -> Iterator[None]:
    """Let clients post for the length of a `with`; after it, each knows what came of its keys."""
    from openlaas.crashes.clients import Client, finish  # noqa: PLC0415 - needs Django's settings

    threads = [
        Client(n, port=stack.port, offices=list(offices), history=history, seed=seed)
        for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
        finish(threads, seconds=settling_seconds)
    except BaseException:
        finish(threads, seconds=0)
        raise
