"""ลูกหนี้: taxes due and unpaid, goods and services sold on credit; paid in parts or whole."""
