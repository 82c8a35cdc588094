"""Master data: what all bodies use alike, in dated versions that reach every cell."""
