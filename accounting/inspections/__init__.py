"""ตรวจรับ: accepting what was bought sets up the payable."""
