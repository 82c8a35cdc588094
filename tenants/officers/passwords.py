"""How passwords are hashed: argon2id, at the cost that a sign-in storm can bear."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class OfficePasswordHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: OWASP's second setting, 0.035 CPU-seconds.

    Django's default costs 0.28 CPU-seconds and 100 MB a sign-in; 130 sign-ins a second would take
    36 cores instead of five.
    """

    memory_cost = 19 * 1024  # KiB
    time_cost = 2
    parallelism = 1
