-- Functions, procedures and aggregates; aggregates are described by aggregates.sql.
select
  p.oid as "oid",
  n.nspname as "schema",
  p.proname as "name",
  p.prokind as "kind",
  array(
    select format_type(argument.type, null)
    from unnest(p.proargtypes) with ordinality as argument (type, position)
    order by argument.position) as "argumentTypes",
  pg_get_function_result(p.oid) as "returns",
  l.lanname as "language",
  p.provolatile as "volatility",
  case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end as "definition"
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
join pg_language l on l.oid = p.prolang
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
  and not exists (
    select from pg_depend e
    where e.classid = 'pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e')
  -- Constructors of range types come and go with their type.
  and not exists (
    select from pg_depend i
    where i.classid = 'pg_proc'::regclass and i.objid = p.oid and i.deptype = 'i')
order by n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)
