-- Triggers that people made; those a partition has from its parent belong to the parent.
select
  t.tgname as "name",
  json_build_object('schema', n.nspname, 'name', c.relname) as "table",
  t.tgtype as "type",
  t.tgenabled as "enabled",
  t.tgconstraint <> 0 as "isConstraint",
  json_build_object('schema', pn.nspname, 'name', p.proname) as "function",
  pg_get_triggerdef(t.oid) as "definition"
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_proc p on p.oid = t.tgfoid
join pg_namespace pn on pn.oid = p.pronamespace
where not t.tgisinternal
  -- 13; before, such triggers counted as internal.
  and coalesce(to_jsonb(t) ->> 'tgparentid', '0') = '0'
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
  and not exists (
    select from pg_depend e
    where e.classid = 'pg_trigger'::regclass and e.objid = t.oid and e.deptype = 'e')
order by n.nspname, c.relname, t.tgname
