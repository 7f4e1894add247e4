-- Publications with the tables named in them.
select
  p.pubname as "name",
  p.puballtables as "allTables",
  concat_ws(', ',
    case when p.pubinsert then 'insert' end,
    case when p.pubupdate then 'update' end,
    case when p.pubdelete then 'delete' end,
    case when p.pubtruncate then 'truncate' end) as "publish",
  -- 13.
  coalesce((to_jsonb(p) ->> 'pubviaroot')::boolean, false) as "viaRoot",
  (select json_agg(json_build_object(
      'schema', n.nspname,
      'name', c.relname)
      order by n.nspname, c.relname)
   from pg_publication_rel r
   join pg_class c on c.oid = r.prrelid
   join pg_namespace n on n.oid = c.relnamespace
   where r.prpubid = p.oid) as "tables"
from pg_publication p
order by p.pubname
