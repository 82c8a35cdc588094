"""How the fleet is: are its books whole, are its servers and catalogues well. Operators only."""
