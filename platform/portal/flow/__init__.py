"""Pages of every kind of document: list, one with its steps, form; slices declare a Desk."""
