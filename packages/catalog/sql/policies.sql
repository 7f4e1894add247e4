-- Row security policies.
select
  p.polname as "name",
  json_build_object('schema', n.nspname, 'name', c.relname) as "table",
  p.polcmd as "command",
  p.polpermissive as "permissive",
  array(
    select case when role = 0 then 'public' else pg_get_userbyid(role)::text end
    from unnest(p.polroles) as role
    order by 1) as "roles",
  pg_get_expr(p.polqual, p.polrelid) as "using",
  pg_get_expr(p.polwithcheck, p.polrelid) as "check",
  -- Citus looks for the same node in the same trees.
  coalesce(p.polqual::text like '%{SUBLINK %', false)
    or coalesce(p.polwithcheck::text like '%{SUBLINK %', false) as "hasSubquery"
from pg_policy p
join pg_class c on c.oid = p.polrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
order by n.nspname, c.relname, p.polname
