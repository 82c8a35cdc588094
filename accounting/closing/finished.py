"""Which documents a month may close with: by kind, the states in which nobody has to act any more.

A cancelled document of any kind is finished.
"""

FINISHED = {
    "JV": ("posted",),
    "RECEIPT": ("remitted", "reversed"),
    "REMIT": ("summarised",),
    "REMSUM": ("checked",),
    "BANKCR": ("posted", "reversed"),
    "RECVBL": ("recorded", "reversed"),
    "FORFEIT": ("approved",),
    "BANKING": ("banked", "reversed"),
    "DAILY": ("closed",),
    "INSPECT": ("accepted",),
    "CHQRPT": ("signed",),
}
# What they still lead to is dated by the step that does it, in a later month if need be: a purchase
# goes on over months, a tax is remitted in the next one, a cheque is cleared when the payee comes.
DATED_BY_STEPS = frozenset(
    {"BORD", "BSUP", "BAPP", "BTRF", "BEXP", "PR", "CONTRACT", "DIKA", "CHEQUE", "PND"}
)

_PAIRS = ", ".join(
    f"('{kind}', '{state}')" for kind, states in FINISHED.items() for state in states
)
_LATER = ", ".join(f"'{kind}'" for kind in sorted(DATED_BY_STEPS))
# SQL for a document in which somebody has to act before its month closes.
UNFINISHED = (
    f"event_no IS NULL AND state <> 'cancelled' AND kind NOT IN ({_LATER})"
    f" AND (kind, state) NOT IN ({_PAIRS})"
)
