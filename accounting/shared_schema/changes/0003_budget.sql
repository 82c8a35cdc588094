-- The classification of budgets and where the money comes from: accounting/data/budget_codes.csv.
-- A code holds for the fiscal years (B.E.) from its first to its last, both counted.
CREATE TABLE shared.budget_code (
    scheme varchar(12) NOT NULL CHECK (scheme IN ('plan', 'expenditure', 'revenue', 'fund_source')),
    code varchar(16) NOT NULL,
    from_fiscal_year smallint NOT NULL,
    until_fiscal_year smallint,
    name_th varchar(300) NOT NULL,
    name_en varchar(300),
    parent varchar(16),
    level varchar(12) NOT NULL,
    account varchar(14),
    PRIMARY KEY (scheme, code, from_fiscal_year)
);
GRANT SELECT ON shared.budget_code TO openlaas_body;
