"""Which documents a month may close with: by kind, the states in which nobody has to act any more.

A cancelled document of any kind is finished, and so is a general voucher that is posted.
"""

FINISHED = {
    "RECEIPT": ("remitted", "reversed"),
    "REMIT": ("summarised",),
    "REMSUM": ("checked",),
    "BANKCR": ("posted", "reversed"),
    "RECVBL": ("recorded", "reversed"),
    "FORFEIT": ("approved",),
    "BANKING": ("banked", "reversed"),
    "DAILY": ("closed",),
}

_PAIRS = ", ".join(
    f"('{kind}', '{state}')" for kind, states in FINISHED.items() for state in states
)
# SQL for a document in which somebody has to act.
UNFINISHED = f"event_no IS NULL AND state <> 'cancelled' AND (kind, state) NOT IN ({_PAIRS})"
