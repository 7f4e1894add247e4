-- Every relation that holds rows itself, with its columns, its key, and the table at the top of its partitions.
WITH RECURSIVE ancestry AS (
  SELECT c.oid AS relation, c.oid AS root FROM pg_class c
  WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition
  UNION ALL
  SELECT i.inhrelid, a.root
  FROM ancestry a
  JOIN pg_inherits i ON i.inhparent = a.relation
  JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition
), base AS (
  -- A domain is hashed as what it stands for.
  SELECT t.oid AS type, t.oid AS base FROM pg_type t WHERE t.typtype <> 'd'
  UNION ALL
  SELECT t.oid, b.base FROM base b JOIN pg_type t ON t.typbasetype = b.type AND t.typtype = 'd'
)
SELECT n.nspname AS schema, c.relname AS name,
  json_build_object('schema', rn.nspname, 'name', r.relname) AS root,
  c.relkind AS kind,
  coalesce(am.amname = 'heap', false) AS "isHeap",
  pg_relation_size(c.oid) AS bytes,
  greatest(c.reltuples, 0)::float8 AS "estimatedRows",
  coalesce((
    SELECT json_agg(json_build_object(
      'name', a.attname,
      'type', format_type(a.atttypid, a.atttypmod),
      'builtIn', CASE WHEN bn.nspname = 'pg_catalog' THEN bt.typname END,
      'notNull', a.attnotnull) ORDER BY a.attnum)
    FROM pg_attribute a
    LEFT JOIN base ON base.type = a.atttypid
    LEFT JOIN pg_type bt ON bt.oid = base.base
    LEFT JOIN pg_namespace bn ON bn.oid = bt.typnamespace
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  ), '[]') AS columns,
  coalesce((
    SELECT json_agg(a.attname ORDER BY k.place)
    FROM pg_index i
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts
  ), '[]') AS key
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN ancestry ON ancestry.relation = c.oid
JOIN pg_class r ON r.oid = ancestry.root
JOIN pg_namespace rn ON rn.oid = r.relnamespace
LEFT JOIN pg_am am ON am.oid = c.relam
WHERE c.relkind IN ('r', 'f') AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  -- The journal of a migration is about the data, not of it.
  AND NOT (n.nspname = 'shardwright' AND to_regclass('shardwright.migration') IS NOT NULL)
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY pg_relation_size(c.oid) DESC, n.nspname, c.relname;
