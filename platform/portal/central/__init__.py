"""Pages of those who watch over an area: the centre's figures, down to a body's own pages."""
