-- Every sequence with the columns that draw from it.
SELECT n.nspname AS schema, c.relname AS name, s.seqincrement::text AS increment, s.seqstart::text AS start,
  coalesce((
    SELECT json_agg(DISTINCT jsonb_build_object('schema', tn.nspname, 'table', t.relname, 'column', a.attname))
    FROM (
      SELECT d.adrelid AS relation, d.adnum AS attnum
      FROM pg_depend dep
      JOIN pg_attrdef d ON d.oid = dep.objid
      WHERE dep.classid = 'pg_attrdef'::regclass AND dep.refclassid = 'pg_class'::regclass AND dep.refobjid = c.oid
      UNION
      SELECT dep.refobjid, dep.refobjsubid
      FROM pg_depend dep
      WHERE dep.classid = 'pg_class'::regclass AND dep.objid = c.oid
        AND dep.refclassid = 'pg_class'::regclass AND dep.refobjsubid > 0 AND dep.deptype IN ('a', 'i')
    ) fed
    JOIN pg_class t ON t.oid = fed.relation
    JOIN pg_namespace tn ON tn.oid = t.relnamespace
    JOIN pg_attribute a ON a.attrelid = fed.relation AND a.attnum = fed.attnum
    WHERE a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) AND NOT t.relispartition
  ), '[]') AS feeds
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND c.relpersistence <> 't'
  -- The journal of a migration is about the data, not of it.
  AND NOT (n.nspname = 'shardwright' AND to_regclass('shardwright.migration') IS NOT NULL)
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2;
