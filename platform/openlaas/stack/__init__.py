"""The embedded stack: PostgreSQL, Valkey and the program that keeps them and the app running.

Only the standard library and psycopg are imported here, so that a command which needs no Django
does not pay for it.
"""
