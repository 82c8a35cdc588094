"""Bodies moved between cells while clients post to them, and what the clients remember."""
