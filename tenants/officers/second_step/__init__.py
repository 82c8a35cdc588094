"""What an officer proves beside the password: an authenticator app, passkeys, recovery codes.

Why it is so: infra/decisions/sign-in.md.
"""
