"""How often an officer does what. Every number has its source: design/data/load_model.csv.

Year-end peak, base: 1,270 actions a second by sessions, 74 documents a second. So of 17 actions one
saves a document; the others look: `actions_per_doc` names list, form, lines, save, submit, print.
"""

POST_ENTRY = "post an entry"
LIST_ENTRIES = "list entries"
READ_ENTRY = "read one entry"
HOME = "home"
WHO_AM_I = "who am I"
TRIAL_BALANCE = "trial balance"

ACTIONS_PER_DOCUMENT = 17  # 1,270 / 74

# How the 16 that look divide is an assumption: mostly lists and single documents.
LOOKS = {LIST_ENTRIES: 5, READ_ENTRY: 4, HOME: 3, TRIAL_BALANCE: 2, WHO_AM_I: 2}

# Half the sessions are an accountant's (data entry); the other roles look only. So an accountant
# saves twice as often for the whole to come out right.
ACCOUNTANTS_SHARE = 0.5
ACCOUNTANT = {**LOOKS, LIST_ENTRIES: LOOKS[LIST_ENTRIES] - 1, POST_ENTRY: 2}
OTHERS = {**LOOKS, LIST_ENTRIES: LOOKS[LIST_ENTRIES] + 1}

SECONDS_BETWEEN_ACTIONS = 30  # base of the model; a smoke test does not wait so long
