-- Rewrite rules other than those that make a view.
select
  r.rulename as "name",
  json_build_object('schema', n.nspname, 'name', c.relname) as "table",
  r.ev_type as "event",
  r.is_instead as "instead",
  pg_get_ruledef(r.oid) as "definition"
from pg_rewrite r
join pg_class c on c.oid = r.ev_class
join pg_namespace n on n.oid = c.relnamespace
where r.rulename <> '_RETURN'
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
  and not exists (
    select from pg_depend e
    -- A rule comes with its view.
    where e.deptype = 'e' and (
      e.classid = 'pg_rewrite'::regclass and e.objid = r.oid
      or e.classid = 'pg_class'::regclass and e.objid = c.oid))
order by n.nspname, c.relname, r.rulename
