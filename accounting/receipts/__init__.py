"""ใบเสร็จรับเงิน: money that a collector takes, by what it is for."""
