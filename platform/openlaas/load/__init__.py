"""A run of load on a system of our own: its ground, its tiers' processor time, its waits."""
