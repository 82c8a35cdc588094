"""The register of bodies, and where each keeps its books."""
