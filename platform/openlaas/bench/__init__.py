"""Measurements: each figure beside the bare limit and the peer of the same run."""
