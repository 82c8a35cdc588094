"""Ways to tamper with books as a superuser can, for the tests and proofs of the verifier."""
