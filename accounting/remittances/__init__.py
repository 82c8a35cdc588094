"""ใบนำส่งเงิน and ใบสำคัญสรุปใบนำส่งเงิน: what collectors hand over, and each day's sum of it."""
