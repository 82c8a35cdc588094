-- Make the lines whose keys are new, in one order for everybody; then find all, in the order asked.
-- Two statements: the second sees a line that another transaction has made while the first waited.

INSERT INTO budget_line (id, fiscal_year, fund_source, plan, task, expenditure_type, project, name)
SELECT uuidv7(), %(fiscal_year)s::smallint, fund_source, plan, task, expenditure_type, project, name
  FROM json_to_recordset(%(lines)s::json)
       AS l (fund_source varchar, plan varchar, task varchar, expenditure_type varchar,
             project varchar, name varchar)
 ORDER BY fund_source, plan, task, expenditure_type, project
    ON CONFLICT (fiscal_year, fund_source, plan, task, expenditure_type, project) DO NOTHING
RETURNING id;

SELECT kept.id
  FROM json_to_recordset(%(lines)s::json)
       AS l (place integer, fund_source varchar, plan varchar, task varchar,
             expenditure_type varchar, project varchar)
  JOIN budget_line kept
       ON kept.fiscal_year = %(fiscal_year)s::smallint AND kept.fund_source = l.fund_source
      AND kept.plan = l.plan AND kept.task = l.task
      AND kept.expenditure_type = l.expenditure_type AND kept.project = l.project
 ORDER BY l.place
