"""ร่องรอยเอกสาร: one document of office, by its id or its number, and what became of it."""
