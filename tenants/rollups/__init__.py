"""What the centre sees: figures of bodies and of areas, folded from what the books tell."""
