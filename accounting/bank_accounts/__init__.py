"""บัญชีเงินฝากธนาคาร: where the body's money is, and the ledger account that each is kept in."""
