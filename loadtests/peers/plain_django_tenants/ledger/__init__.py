"""A tenant's journal: each tenant's own schema."""
