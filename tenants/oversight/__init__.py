"""Oversight work: what the centre tells bodies, and what it asks of them."""
