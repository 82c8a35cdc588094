"""How Thai offices write amounts and dates, and read them."""
