"""Making cells and bodies: only the owner, never a web process."""
