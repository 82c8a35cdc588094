"""The database backend of alias ``tenant``: a body's rows, inside a tenant transaction, only."""
