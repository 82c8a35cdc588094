"""The centre's pages: what those who watch over many bodies look at."""
