"""App processes behind HAProxy: their one description, its configuration, and their upkeep."""
