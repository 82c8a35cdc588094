"""Celery tasks: each enters one body and makes one domain call. Payloads are ids only."""
