-- Tables that hold rows themselves, with their columns: those that are named ($1, a JSON array of texts, read as SQL reads
-- names) with everything that inherits from them or is a partition of them; where none is named, all that people made.
WITH RECURSIVE asked AS (
  SELECT word, to_regclass(word)::oid AS oid FROM json_array_elements_text($1) AS word
), family AS (
  SELECT word, oid FROM asked
  UNION
  SELECT family.word, i.inhrelid FROM family JOIN pg_inherits i ON i.inhparent = family.oid
), chosen AS (
  SELECT word, oid FROM family
  UNION ALL
  SELECT NULL, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE json_array_length($1) = 0 AND c.relkind = 'r' AND c.relpersistence <> 't'
    AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
)
SELECT chosen.word, n.nspname AS schema, c.relname AS name, c.relkind AS kind,
       coalesce((SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
                                 ORDER BY a.attnum)
                 FROM pg_attribute a
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
                '[]') AS columns
FROM chosen LEFT JOIN pg_class c ON c.oid = chosen.oid LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
ORDER BY n.nspname, c.relname
