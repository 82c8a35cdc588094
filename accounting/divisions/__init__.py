"""กอง/สำนัก: the parts of a body that ask for money and spend it."""
