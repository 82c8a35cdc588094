"""Moving a body's books to another cell, on the same server or another."""
