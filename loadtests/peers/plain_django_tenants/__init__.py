"""The same posting in plain django-tenants and Django REST framework, for comparison only.

Note [What makes the comparison fair]
It is what a competent Django developer writes today with the usual means: django-tenants' own
middleware and backend, DRF's token authentication and nested model serializers, the ORM. It gets
every setting that such a developer would find: TENANT_LIMIT_SET_CALLS, persistent connections, bulk
inserts, one query for the accounts and one for the balances, a lock on the counter only, lean
middleware. It runs on the same PostgreSQL server as ours, under the same app server with as many
processes and threads, driven by the same driver.

Where the two differ, the difference is to its advantage: it seals no entry by a hash, checks no
balance in the database, connects as a role that owns its tables instead of one role per tenant,
and it has dozens of tenants where ours has a thousand, so that its connections' caches are warm.
"""
