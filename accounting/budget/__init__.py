"""งบประมาณ: a ledger of its own beside the journal: what each line was given and what is left."""
