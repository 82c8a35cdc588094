"""สมุดรายวัน: entries, their lines, balances, and the one writer of them all."""
