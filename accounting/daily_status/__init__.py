"""รายงานสถานะการเงินประจำวัน: cash book, vault and report are one figure, signed by three."""
