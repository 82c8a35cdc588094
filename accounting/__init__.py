"""The books of one body. Knows no tenant, no HTTP, no queue and no cache."""
