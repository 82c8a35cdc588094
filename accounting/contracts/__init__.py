"""สัญญา ใบสั่งซื้อสั่งจ้าง: what the body owes once the seller delivers; it obligates the money."""
