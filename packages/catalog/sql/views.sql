-- Views and materialised views.
select
  c.oid as "oid",
  n.nspname as "schema",
  c.relname as "name",
  c.relkind as "kind",
  c.relispopulated as "populated",
  coalesce(c.reloptions, '{}') as "options",
  am.amname as "accessMethod",
  pg_get_viewdef(c.oid) as "query",
  (select json_agg(json_build_object('schema', used.nspname, 'name', used.relname)
     order by used.nspname, used.relname)
   from (
     select distinct dn.nspname, d.relname
     from pg_rewrite r
     join pg_depend dep
       on dep.classid = 'pg_rewrite'::regclass and dep.objid = r.oid
       and dep.refclassid = 'pg_class'::regclass and dep.refobjid <> c.oid
     join pg_class d on d.oid = dep.refobjid and d.relkind in ('r', 'p', 'f', 'v', 'm')
     join pg_namespace dn on dn.oid = d.relnamespace
     where r.ev_class = c.oid
       and dn.nspname !~ '^pg_' and dn.nspname <> 'information_schema'
   ) used) as "dependsOn"
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_am am on am.oid = c.relam
where c.relkind in ('v', 'm')
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
  and not exists (
    select from pg_depend e
    where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
order by n.nspname, c.relname
