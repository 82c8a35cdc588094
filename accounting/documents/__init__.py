"""เอกสาร: what every document of office has in common: a state, a version, who did each step."""
