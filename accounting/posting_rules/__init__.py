"""เกณฑ์การลงบัญชี: which accounts an event of the office debits and credits, as dated data."""
