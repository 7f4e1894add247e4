-- Sequences, those behind serial and identity columns included.
select
  n.nspname as "schema",
  c.relname as "name",
  t.typname as "dataType",
  s.seqstart::text as "start",
  s.seqincrement::text as "increment",
  s.seqmin::text as "minValue",
  s.seqmax::text as "maxValue",
  s.seqcache::text as "cache",
  s.seqcycle as "cycle",
  case when owned.objid is not null then
    json_build_object('schema', tn.nspname, 'table', tc.relname, 'column', a.attname) end as "ownedBy",
  has_sequence_privilege(c.oid, 'SELECT') and has_schema_privilege(n.oid, 'USAGE') as "readable"
from pg_sequence s
join pg_class c on c.oid = s.seqrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_type t on t.oid = s.seqtypid
left join pg_depend owned
  on owned.classid = 'pg_class'::regclass and owned.objid = c.oid and owned.objsubid = 0
  and owned.refclassid = 'pg_class'::regclass and owned.refobjsubid > 0
  and owned.deptype in ('a', 'i')
left join pg_class tc on tc.oid = owned.refobjid
left join pg_namespace tn on tn.oid = tc.relnamespace
left join pg_attribute a on a.attrelid = owned.refobjid and a.attnum = owned.refobjsubid
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
  and not exists (
    select from pg_depend e
    where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
order by n.nspname, c.relname
