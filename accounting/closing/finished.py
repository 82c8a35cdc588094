"""Which documents a month may close with: by kind, the states in which nobody has to act any more.

A cancelled document of any kind is finished. Kinds that are not here make no transaction of the day
they are dated, so nothing waits for them: decisions on the budget, requests and contracts, which
run over months; cheques that their payees have not collected; returns of tax, due a month later.
A ฎีกา is finished when it is approved: its payment is another day's.
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
    "DIKA": ("approved", "paid"),
    "CHQRPT": ("signed",),
}

_KINDS = ", ".join(f"'{kind}'" for kind in FINISHED)
_PAIRS = ", ".join(
    f"('{kind}', '{state}')" for kind, states in FINISHED.items() for state in states
)
# SQL for a document in which somebody has to act.
UNFINISHED = f"kind IN ({_KINDS}) AND state <> 'cancelled' AND (kind, state) NOT IN ({_PAIRS})"
