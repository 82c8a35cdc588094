-- What each schema asked for consists of: one line for each thing, a name and what it is.
-- Its own name and its role's are taken out, so that equal schemas have equal lines.
WITH asked AS (
    SELECT n.oid, n.nspname, n.nspowner, n.nspacl, r.oid AS role,
           quote_ident(n.nspname) || '.' AS prefix
      FROM unnest(%(schemas)s::text[], %(roles)s::text[]) AS a (schema_name, role_name)
      JOIN pg_namespace n ON n.nspname = a.schema_name
      LEFT JOIN pg_roles r ON r.rolname = a.role_name
), relation AS (
    SELECT asked.nspname, asked.role, asked.prefix, c.oid, c.relname, c.relkind, c.relpersistence,
           c.relrowsecurity, c.reloptions, c.relacl, c.relowner
      FROM asked JOIN pg_class c ON c.relnamespace = asked.oid
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
), attribute AS (
    SELECT relation.nspname, relation.role, relation.relname, relation.relowner, relation.relkind,
           a.attrelid, a.attnum, a.attname, a.attacl, a.atttypid, a.atttypmod, a.attnotnull,
           a.attgenerated, a.attidentity
      FROM relation JOIN pg_attribute a
           ON a.attrelid = relation.oid AND a.attnum > 0 AND NOT a.attisdropped
), granted AS (
    SELECT nspname, role, 'schema' AS thing, nspowner AS owner, nspacl AS acl FROM asked
    UNION ALL SELECT nspname, role, relname, relowner, relacl FROM relation
    UNION ALL SELECT nspname, role, relname || '.' || attname, relowner, attacl FROM attribute
     WHERE attacl IS NOT NULL
    UNION ALL SELECT asked.nspname, asked.role, p.proname || '()', p.proowner, p.proacl
                FROM asked JOIN pg_proc p ON p.pronamespace = asked.oid
), line AS (
    SELECT nspname, 'table ' || relname AS name,
           concat_ws(' ', relkind, relpersistence, relrowsecurity,
                     array_to_string(reloptions, ',')) AS said
      FROM relation
    UNION ALL
    SELECT a.nspname, 'column ' || a.relname || '.' || a.attname,
           concat_ws(' ', format_type(a.atttypid, a.atttypmod),
                     CASE WHEN a.attnotnull THEN 'not null' END,
                     'default ' || pg_get_expr(d.adbin, d.adrelid),
                     nullif(a.attgenerated, ''), nullif(a.attidentity, ''))
      FROM attribute a
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    UNION ALL
    SELECT r.nspname, 'constraint ' || r.relname || '.' || k.conname,
           replace(pg_get_constraintdef(k.oid), r.prefix, '')
      FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid
    UNION ALL
    SELECT r.nspname, 'index ' || i.relname,
           concat_ws(' ', replace(pg_get_indexdef(x.indexrelid), r.prefix, ''),
                     CASE WHEN NOT x.indisvalid THEN 'not valid' END)
      FROM relation r JOIN pg_index x ON x.indrelid = r.oid JOIN pg_class i ON i.oid = x.indexrelid
    UNION ALL
    SELECT r.nspname, 'trigger ' || r.relname || '.' || t.tgname,
           concat_ws(' ', replace(pg_get_triggerdef(t.oid), r.prefix, ''), t.tgenabled)
      FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
    UNION ALL
    SELECT a.nspname, 'function ' || p.proname || '(' || pg_get_function_arguments(p.oid) || ')',
           pg_get_functiondef(p.oid)
      FROM asked a JOIN pg_proc p ON p.pronamespace = a.oid
    UNION ALL
    SELECT g.nspname, 'rights on ' || g.thing || ' of ' || who.name,
           string_agg(e.privilege_type, ',' ORDER BY e.privilege_type)
      FROM granted g
      CROSS JOIN LATERAL aclexplode(g.acl) AS e
      LEFT JOIN pg_roles r ON r.oid = e.grantee
      CROSS JOIN LATERAL (SELECT CASE WHEN e.grantee = g.role THEN 'its role'
                                      ELSE coalesce(r.rolname, 'PUBLIC') END AS name) AS who
     WHERE e.grantee <> g.owner
     GROUP BY g.nspname, g.thing, who.name
)
