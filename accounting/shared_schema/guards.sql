-- The database's own half of the journal's rules, in each body's schema.

CREATE CONSTRAINT TRIGGER line_keeps_entry_balanced AFTER INSERT ON journal_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shared.assert_entry_balances();
CREATE CONSTRAINT TRIGGER entry_is_balanced AFTER INSERT ON journal_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shared.assert_entry_balances();

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();
CREATE TRIGGER entries_are_never_truncated BEFORE TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION shared.refuse_change();
CREATE TRIGGER line_is_never_changed BEFORE UPDATE OR DELETE ON journal_line
    FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();
CREATE TRIGGER lines_are_never_truncated BEFORE TRUNCATE ON journal_line
    FOR EACH STATEMENT EXECUTE FUNCTION shared.refuse_change();
CREATE TRIGGER step_is_never_changed BEFORE UPDATE OR DELETE ON document_step
    FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();
CREATE TRIGGER attachment_is_never_changed BEFORE UPDATE OR DELETE ON attachment
    FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();
CREATE TRIGGER identity_is_never_changed BEFORE UPDATE OR DELETE ON body_identity
    FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();

-- A short table that every posting changes: room on its page keeps each change in place (HOT), and
-- vacuum comes before its chain of old versions grows long.
ALTER TABLE journal_head SET (fillfactor = 20, autovacuum_vacuum_threshold = 500);
ALTER TABLE document_counter SET (fillfactor = 50, autovacuum_vacuum_threshold = 500);
ALTER TABLE account_balance SET (fillfactor = 70);
