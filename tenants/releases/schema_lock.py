"""One hand at a time on a schema: a release's step, or a command that changes a body's places.

Note [Who locks what, in which order]
1. A command on a body's places (move, swap, new generation, import, restore, release of copies) is
   alone with the body: ``lifecycle.recording.alone_with``, a lock in the control plane.
2. Then it holds the schemas that it copies, closes or opens, each in its cell: this lock.
3. Then the rows of the control plane: body, places, release, places on their way.
A release's step takes the second alone, for one schema at a time, and never waits for it: what
somebody holds is left for later (``running.Wave``). So nobody waits in a circle. A command waits
for a step that is under way, two seconds at most.

So a step finds a schema before a move or after it, and a move one release from its first row to its
last. Whatever becomes somebody's books then joins the way to the newest release, in the same
transaction of the control plane (``states.join_the_way``): none is left behind, whichever came
first.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg

from tenants.directory.models import Place
from tenants.provisioning.schemas import server_of
from tenants.provisioning.servers import owner_connection

# The key of a schema's lock in its cell's database; {} is the schema's name.
KEY = "hashtextextended({}, 4)"
_HOLD = f"SELECT pg_advisory_lock({KEY.format('%s')})"


class Held:
    """The locks of some schemas, for as long as the connections live that took them."""

    def __init__(self, connections: list[psycopg.Connection[Any]]) -> None:
        self._connections = connections

    def check(self) -> None:
        """See that no lock was lost meanwhile.

        Raises:
            psycopg.OperationalError: a connection was cut, so its lock may be another's by now.
        """
        for connection in self._connections:
            connection.execute("SELECT 1")


@contextmanager
def holding(*places: Place) -> Iterator[Held]:
    """Let no release's step into these places' schemas meanwhile; wait for one under way."""
    with ExitStack() as stack:
        connections = []
        for place in places:
            cell = stack.enter_context(owner_connection(place.cell_id, server_of(place.cell)))
            cell.execute(_HOLD, [place.schema_name])
            connections.append(cell)
        yield Held(connections)
