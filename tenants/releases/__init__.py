"""Bringing every body's schema from one release to the next; the owner's work."""
