"""A body's books in one file: written out, checked by anybody, and brought back."""
