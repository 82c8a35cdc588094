"""The accounts in which money is kept, and those that tell of money nobody can place. Pure."""

CASH = "1101010101.001"  # เงินสดในมือ: notes, coins and cheques
SAVINGS, CURRENT = "1101030102.001", "1101030101.001"
OVERPAID = "1103020110.001"  # เงินรอรับคืน: paid out too much, to come back
UNIDENTIFIED = "2116010199.001"  # เงินรอตรวจสอบ
MONEY = "1101"  # whatever begins so is cash or in a bank
