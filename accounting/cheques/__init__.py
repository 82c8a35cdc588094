"""เช็ค และรายงานการจัดทำเช็ค/ใบถอน: what is paid, by whom it is signed, and what became of it."""
