"""How well bodies are served, by area and day."""
