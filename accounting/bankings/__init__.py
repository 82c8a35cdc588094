"""นำฝากธนาคาร: cash in hand goes to the bank."""
