"""Who may enter: officers, their dated appointments, passwords, tokens, links."""
