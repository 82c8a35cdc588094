"""Taking away what no attachment names: bytes whose upload was refused, rolled back or killed.

Note [An upload beside the sweep]
Bytes are stored before their row, so for a moment no row names them. Two things keep them safe:
only what has lain there for a day is looked at; and each file is taken away under a lock that an
upload shares from its row to its COMMIT, within which it looks once more that its bytes are there.
So the sweep sees the lock or the row, or the upload finds the file gone and stores it again.

A copy of the databases (a drill, a test) needs a file store of its own: what the original stored
since is rubbish to the copy.
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta

from accounting import books
from accounting.attachments import store
from accounting.attachments.operations import FILE_LOCK_KEY

KEPT_FOR = timedelta(days=1)

_NAMED = "SELECT DISTINCT sha256 FROM attachment WHERE sha256 = ANY(%(names)s)"
_LOCK = f"SELECT pg_try_advisory_xact_lock({FILE_LOCK_KEY})"
_IS_NAMED = "SELECT 1 FROM attachment WHERE sha256 = %(sha256)s LIMIT 1"


def unnamed(names: Iterable[str]) -> list[str]:
    """Return those of the stored names that no attachment of the body has, in order."""
    wanted = sorted(names)
    found = {name for (name,) in books.rows(_NAMED, {"names": wanted})} if wanted else set()
    return [name for name in wanted if name not in found]


def take_away(*, body_id: uuid.UUID, name: str) -> bool:
    """Remove a stored file unless an attachment names it; return whether it was removed.

    Locks the file until the end of the transaction: one transaction for each. A file that is being
    attached at this moment is left.

    Raises:
        StoreAway: it may be there or not.
    """
    facts = {"sha256": name}
    # Two statements: the second one's snapshot must be taken under the lock.
    if books.row(_LOCK, facts) != (True,) or books.row(_IS_NAMED, facts) is not None:
        return False
    store.remove(body_id=body_id, name=name)
    return True
