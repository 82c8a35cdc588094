"""A body's life: states, generations of its books, kinds, and bodies that follow others."""
