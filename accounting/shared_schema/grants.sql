-- What the body's role may do in its schema; {schema} and {role} are quoted identifiers.
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role};
GRANT INSERT ON {schema}.journal_entry, {schema}.journal_line, {schema}.audit_event TO {role};
GRANT INSERT ON {schema}.document_step, {schema}.account, {schema}.attachment TO {role};
GRANT INSERT, UPDATE ON {schema}.division, {schema}.party TO {role};
GRANT INSERT, UPDATE ON {schema}.document TO {role};
GRANT UPDATE (name_th, retired_from_fiscal_year) ON {schema}.account TO {role};
GRANT INSERT, DELETE ON {schema}.answered_request TO {role};
GRANT INSERT, UPDATE ON {schema}.account_balance, {schema}.document_counter TO {role};
GRANT INSERT, UPDATE ON {schema}.document_series, {schema}.bank_account TO {role};
GRANT INSERT, UPDATE ON {schema}.open_item TO {role};
GRANT INSERT ON {schema}.open_item_movement TO {role};
GRANT INSERT, UPDATE ON {schema}.fiscal_year, {schema}.period TO {role};
GRANT UPDATE ON {schema}.journal_head TO {role};
GRANT INSERT ON {schema}.budget_line, {schema}.budget_movement TO {role};
GRANT UPDATE (approved, supplemented, transferred_in, transferred_out, carried_in, carried_out, lapsed,
              reserved, obligated, disbursed) ON {schema}.budget_line TO {role};
GRANT INSERT ON {schema}.commitment TO {role};
GRANT UPDATE (amount, drawn, released) ON {schema}.commitment TO {role};
GRANT INSERT, UPDATE ON {schema}.budget_head TO {role};
GRANT INSERT ON {schema}.payment_voucher, {schema}.withheld_tax, {schema}.cheque TO {role};
GRANT UPDATE (treasury_no, inspection_id, is_live, gross, net) ON {schema}.payment_voucher TO {role};
GRANT UPDATE (return_id) ON {schema}.withheld_tax TO {role};
