"""Getting a body's books back from a backup of their server, and the proof that it works."""
