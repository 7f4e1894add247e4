-- Columns of tables in their order.
with feed as (
  select distinct on (relation, attnum) relation, attnum, sequence
  from (
    -- A default that names a sequence.
    select d.adrelid as relation, d.adnum as attnum, dep.refobjid as sequence
    from pg_depend dep
    join pg_attrdef d on d.oid = dep.objid
    where dep.classid = 'pg_attrdef'::regclass and dep.refclassid = 'pg_class'::regclass
      and dep.deptype = 'n'
    union all
    -- Identity.
    select dep.refobjid, dep.refobjsubid, dep.objid
    from pg_depend dep
    where dep.classid = 'pg_class'::regclass and dep.refclassid = 'pg_class'::regclass
      and dep.refobjsubid > 0 and dep.deptype = 'i'
  ) named
  join pg_class s on s.oid = named.sequence and s.relkind = 'S'
  order by relation, attnum, sequence
)
select
  a.attrelid as "tableOid",
  a.attname as "name",
  json_build_object(
    'schema', tn.nspname,
    'name', coalesce(element.typname, t.typname),
    'dimensions', case when element.oid is null then 0 else greatest(a.attndims, 1) end,
    'sql', format_type(a.atttypid, a.atttypmod)) as "type",
  a.attnotnull as "notNull",
  nullif(a.attidentity, '') as "identity",
  nullif(a.attgenerated, '') as "generated",
  pg_get_expr(d.adbin, d.adrelid) as "default",
  case when a.attcollation <> t.typcollation
    then json_build_object('schema', cn.nspname, 'name', co.collname) end as "collation",
  case when seq.oid is not null
    then json_build_object('schema', sn.nspname, 'name', seq.relname) end as "sequence"
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_type t on t.oid = a.atttypid
left join pg_type element on element.oid = t.typelem and element.typarray = t.oid
join pg_namespace tn on tn.oid = coalesce(element.typnamespace, t.typnamespace)
left join feed on feed.relation = a.attrelid and feed.attnum = a.attnum
left join pg_class seq on seq.oid = feed.sequence
left join pg_namespace sn on sn.oid = seq.relnamespace
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
left join pg_collation co on co.oid = a.attcollation
left join pg_namespace cn on cn.oid = co.collnamespace
where c.relkind in ('r', 'p', 'f')
  and a.attnum > 0
  and not a.attisdropped
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
order by a.attrelid, a.attnum
