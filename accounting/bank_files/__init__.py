"""Files that tell a bank whom to pay: fixed width, their fields as data."""
