-- On the coordinator: the same of each table's own shell.
SELECT t.logicalrelid::text AS "table",
  concat_ws(', ',
    (SELECT string_agg(concat(contype, '×', number), ' ' ORDER BY contype)
     FROM (SELECT contype, count(*) AS number FROM pg_constraint
           WHERE conrelid = t.logicalrelid AND contype IN ('p', 'u', 'x', 'c', 'f') GROUP BY contype) AS kinds),
    (SELECT 'i×' || count(*) FROM pg_index WHERE indrelid = t.logicalrelid)) AS signature
FROM pg_dist_partition t
WHERE t.partmethod <> 'n' OR t.repmodel = 't'
