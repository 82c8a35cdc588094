"""เอกสารแนบ: papers that hang on a document of office. Added, never changed or taken away.

The row is in the body's books; the bytes are in a store that all bodies share, each under its own
body, by their SHA-256.
"""
