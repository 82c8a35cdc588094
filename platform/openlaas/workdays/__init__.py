"""What the officers of a body do day by day: told once, for the demonstration and for its proof."""
