"""Fiscal years and periods: what is open to be posted into."""
