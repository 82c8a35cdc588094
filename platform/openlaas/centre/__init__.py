"""Proving the centre's figures: exactly once, and soon, whatever is killed."""
