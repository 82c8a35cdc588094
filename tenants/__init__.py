"""The control plane: which bodies there are, where their books live, who may enter."""
