"""ใบผ่านรายการบัญชีทั่วไป: prepared by one officer, checked by another, then posted."""
