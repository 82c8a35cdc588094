"""Pages of one body, for its officers."""
