-- Comments on whatever people made; oids below 16384 came with initdb.
with described as (
  select
    d.description,
    o.type,
    o.identity,
    c.relname,
    c.relnamespace,
    a.attname,
    d.classoid,
    d.objoid,
    -- pg_identify_object would write pg_catalog.text.
    case when pr.oid is not null then format('%I.%I(%s)', pn.nspname, pr.proname, (
      select string_agg(format_type(argument.type, null), ', ' order by argument.position)
      from unnest(pr.proargtypes) with ordinality as argument (type, position))) end as signature,
    case d.classoid
      when 'pg_constraint'::regclass then con.conname
      when 'pg_trigger'::regclass then t.tgname
      when 'pg_rewrite'::regclass then r.rulename
      when 'pg_policy'::regclass then p.polname
    end as part_name,
    coalesce(c.relnamespace, con.connamespace, pr.pronamespace, ty.typnamespace,
      case when d.classoid = 'pg_namespace'::regclass then d.objoid end) as namespace
  from pg_description d
  cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) as o
  left join pg_constraint con on d.classoid = 'pg_constraint'::regclass and con.oid = d.objoid
  left join pg_trigger t on d.classoid = 'pg_trigger'::regclass and t.oid = d.objoid
  left join pg_rewrite r on d.classoid = 'pg_rewrite'::regclass and r.oid = d.objoid
  left join pg_policy p on d.classoid = 'pg_policy'::regclass and p.oid = d.objoid
  left join pg_proc pr on d.classoid = 'pg_proc'::regclass and pr.oid = d.objoid
  left join pg_namespace pn on pn.oid = pr.pronamespace
  left join pg_type ty on d.classoid = 'pg_type'::regclass and ty.oid = d.objoid
  left join pg_class c on c.oid = case d.classoid
    when 'pg_class'::regclass then d.objoid
    when 'pg_constraint'::regclass then nullif(con.conrelid, 0)
    when 'pg_trigger'::regclass then t.tgrelid
    when 'pg_rewrite'::regclass then r.ev_class
    when 'pg_policy'::regclass then p.polrelid end
  left join pg_attribute a
    on d.classoid = 'pg_class'::regclass and d.objsubid > 0
    and a.attrelid = d.objoid and a.attnum = d.objsubid
  where (d.objoid >= 16384 or d.classoid = 'pg_namespace'::regclass)
    and d.description <> 'standard public schema'
    and not exists (
      select from pg_depend e
      where e.classid = d.classoid and e.objid = d.objoid and e.deptype = 'e')
)
select
  case
    when s.attname is not null then 'column'
    when s.part_name is not null then substring(s.type from '[a-z]+$')
    when s.type = 'composite type' then 'type'
    when s.type = 'statistics object' then 'statistics'
    else s.type
  end as "objectKind",
  case
    when s.attname is not null then format('%I.%I.%I', n.nspname, s.relname, s.attname)
    when s.part_name is not null and s.relname is not null then
      format('%I ON %I.%I', s.part_name, n.nspname, s.relname)
    when s.part_name is not null then
      format('%I ON DOMAIN %s', s.part_name, (
        select format_type(contypid, null) from pg_constraint where oid = s.objoid))
    when s.signature is not null then s.signature
    else s.identity
  end as "object",
  s.description as "text"
from described s
left join pg_namespace n on n.oid = s.namespace or n.oid = s.relnamespace
where n.oid is null
  or (
    n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
  )
order by 1, 2
