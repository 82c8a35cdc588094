"""ผังบัญชี: the national chart of accounts."""
