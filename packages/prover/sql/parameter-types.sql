-- What the server takes the parameters of a prepared statement ($1: its name) for, in order. A domain counts as its
-- base type, and is written as itself.
SELECT format('%I.%I', n.nspname, t.typname) AS type, b.typname AS base, b.typcategory AS category,
  e.typname AS element, e.typcategory AS "elementCategory",
  ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid IN (b.oid, e.oid) ORDER BY enumsortorder) AS labels
FROM pg_prepared_statements s
CROSS JOIN LATERAL unnest(s.parameter_types) WITH ORDINALITY AS p (type, position)
JOIN pg_type t ON t.oid = p.type
JOIN pg_namespace n ON n.oid = t.typnamespace
JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN pg_type e ON b.typcategory = 'A' AND e.oid = b.typelem
WHERE s.name = $1
ORDER BY p.position;
