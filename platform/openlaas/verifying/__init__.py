"""`openlaas verify` over a fleet: many processes, each at home in one cell, and one report."""
