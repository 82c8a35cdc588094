"""Open data: budgets and outcomes of every body by year, for anybody."""
