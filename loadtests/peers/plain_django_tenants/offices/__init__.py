"""The tenants, who works in them, and the chart they share: the public schema."""
