-- On the coordinator: what depends on anything that the migration made ($1: relations, types and routines; $2: schemas;
-- $3: extensions; all without quotes), comes not from one of its steps, and does not go with what it depends on as a
-- part of it.
WITH RECURSIVE made AS (
  SELECT 'pg_class'::regclass AS classid, c.oid AS objid
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE concat_ws('.', nspname, relname) = ANY ($1) AND relkind <> 'c'
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE concat_ws('.', nspname, typname) = ANY ($1)
  UNION ALL
  SELECT 'pg_proc'::regclass, p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE concat_ws('.', nspname, proname) = ANY ($1)
  UNION ALL
  SELECT 'pg_namespace'::regclass, oid FROM pg_namespace WHERE nspname = ANY ($2)
  UNION ALL
  SELECT 'pg_extension'::regclass, oid FROM pg_extension WHERE extname = ANY ($3)
),
-- A step is written down in its own transaction: what that made to depend on something is its own.
own AS (SELECT xmin AS transaction FROM shardwright.step),
found AS (
  SELECT classid, objid, classid AS root_class, objid AS root, true AS is_own FROM made
  UNION
  SELECT next.classid, next.objid, f.root_class, f.root, next.is_own
  FROM found f CROSS JOIN LATERAL (
    SELECT d.classid::regclass, d.objid, d.xmin IN (SELECT transaction FROM own) AS is_own
    FROM pg_depend d WHERE d.refclassid = f.classid AND d.refobjid = f.objid
    UNION ALL
    -- A view hangs on its rule, which is what depends on the tables.
    SELECT 'pg_class'::regclass, ev_class, f.is_own FROM pg_rewrite
    WHERE f.classid = 'pg_rewrite'::regclass AND oid = f.objid
  ) AS next
),
-- The table or view that an object is a part of.
part AS (
  SELECT 'pg_class'::regclass AS classid, indexrelid AS objid, indrelid AS relation FROM pg_index
  UNION ALL SELECT 'pg_constraint'::regclass, oid, conrelid FROM pg_constraint
  UNION ALL SELECT 'pg_trigger'::regclass, oid, tgrelid FROM pg_trigger
  UNION ALL SELECT 'pg_policy'::regclass, oid, polrelid FROM pg_policy
  UNION ALL SELECT 'pg_rewrite'::regclass, oid, ev_class FROM pg_rewrite
  UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxrelid FROM pg_statistic_ext
)
SELECT DISTINCT ON (o.type, o.identity) o.type AS kind, o.identity, uses.identity AS uses
FROM found f
LEFT JOIN part USING (classid, objid)
CROSS JOIN LATERAL pg_identify_object(f.classid, f.objid, 0) o
CROSS JOIN LATERAL pg_identify_object(f.root_class, f.root, 0) uses
WHERE (f.classid, f.objid) <> (f.root_class, f.root)
  AND NOT EXISTS (SELECT FROM found t WHERE (t.classid, t.objid) = (f.classid, f.objid) AND t.is_own)
  AND f.classid NOT IN ('pg_attrdef'::regclass, 'pg_default_acl'::regclass, 'pg_amop'::regclass, 'pg_amproc'::regclass)
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = f.classid AND e.objid = f.objid AND e.deptype = 'e')
  AND CASE f.classid
    WHEN 'pg_class'::regclass THEN EXISTS (
      SELECT FROM pg_class c WHERE c.oid = f.objid AND relkind NOT IN ('t', 'c') AND NOT relation_is_a_known_shard(oid)
        AND NOT (relispartition AND relkind IN ('i', 'I'))
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid AND contype IN ('p', 'u', 'x'))
        AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_class'::regclass AND i.objid = c.oid
                        AND i.objsubid = 0 AND i.deptype = 'i'))
    WHEN 'pg_type'::regclass THEN EXISTS (
      SELECT FROM pg_type t LEFT JOIN pg_class c ON c.oid = typrelid
      WHERE t.oid = f.objid AND typcategory <> 'A' AND typtype <> 'm' AND coalesce(relkind, 'c') = 'c')
    WHEN 'pg_constraint'::regclass THEN EXISTS (
      SELECT FROM pg_constraint WHERE oid = f.objid AND contype IN ('f', 'p', 'u', 'x') AND conparentid = 0)
    WHEN 'pg_trigger'::regclass THEN EXISTS (
      SELECT FROM pg_trigger WHERE oid = f.objid AND NOT tgisinternal AND tgparentid = 0)
    WHEN 'pg_rewrite'::regclass THEN EXISTS (
      SELECT FROM pg_rewrite WHERE oid = f.objid AND rulename <> '_RETURN')
    ELSE true
  END
  -- Parts are told with what they are parts of: ours, or where only they depend on ours.
  AND (part.relation IS NULL OR (
    NOT relation_is_a_known_shard(part.relation)
    AND (EXISTS (SELECT FROM made WHERE classid = 'pg_class'::regclass AND objid = part.relation)
         OR NOT EXISTS (SELECT FROM found t WHERE t.classid = 'pg_class'::regclass AND t.objid = part.relation))
    AND NOT (f.classid = 'pg_class'::regclass
             AND EXISTS (SELECT FROM pg_class WHERE oid = part.relation AND relkind = 'm'))))
ORDER BY o.type, o.identity, uses.identity
