"""รายการค้าง: what is owed to the body or held for others, to the last satang."""
