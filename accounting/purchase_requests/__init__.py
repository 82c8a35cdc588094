"""ขอซื้อขอจ้าง: what a division asks to buy; its approval holds the money."""
