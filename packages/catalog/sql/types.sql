-- Types that people made: enums, domains, composites, ranges, base and shell types.
select
  t.oid as "oid",
  n.nspname as "schema",
  t.typname as "name",
  t.typtype as "kind",
  t.typisdefined as "defined",
  array(
    select l.enumlabel::text from pg_enum l
    where l.enumtypid = t.oid order by l.enumsortorder) as "labels",
  case when t.typtype = 'd' then (
    select json_build_object(
        'schema', bn.nspname,
        'name', coalesce(be.typname, bt.typname),
        'dimensions', case when be.oid is null then 0 else greatest(t.typndims, 1) end,
        'sql', format_type(bt.oid, t.typtypmod))
    from pg_type bt
    left join pg_type be on be.oid = bt.typelem and be.typarray = bt.oid
    join pg_namespace bn on bn.oid = coalesce(be.typnamespace, bt.typnamespace)
    where bt.oid = t.typbasetype) end as "base",
  t.typnotnull as "notNull",
  case when t.typtype = 'd' then coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) end as "default",
  case when t.typcollation <> coalesce(base.typcollation, t.typcollation)
    then (select format('%I.%I', cn.nspname, co.collname)
      from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
      where co.oid = t.typcollation) end as "collation",
  (select json_agg(json_build_object(
      'name', con.conname,
      'expression', pg_get_expr(con.conbin, 0),
      'definition', pg_get_constraintdef(con.oid)) order by con.conname)
   from pg_constraint con
   where con.contypid = t.oid and con.contype = 'c') as "checks",
  case when t.typtype = 'c' then (
    select json_agg(json_build_object(
      'name', a.attname,
      'type', json_build_object(
        'schema', an.nspname,
        'name', coalesce(ae.typname, at.typname),
        'dimensions', case when ae.oid is null then 0 else greatest(a.attndims, 1) end,
        'sql', format_type(at.oid, a.atttypmod))) order by a.attnum)
    from pg_attribute a
    join pg_type at on at.oid = a.atttypid
    left join pg_type ae on ae.oid = at.typelem and ae.typarray = at.oid
    join pg_namespace an on an.oid = coalesce(ae.typnamespace, at.typnamespace)
    where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) end as "attributes",
  case when t.typtype = 'r' then (
    select json_build_object(
        'schema', sn.nspname,
        'name', coalesce(se.typname, st.typname),
        'dimensions', case when se.oid is null then 0 else greatest(0, 1) end,
        'sql', format_type(st.oid, null))
    from pg_range r
    join pg_type st on st.oid = r.rngsubtype
    left join pg_type se on se.oid = st.typelem and se.typarray = st.oid
    join pg_namespace sn on sn.oid = coalesce(se.typnamespace, st.typnamespace)
    where r.rngtypid = t.oid) end as "subtype",
  case
    when t.typtype = 'r' then (
      select concat_ws(', ',
        'SUBTYPE = ' || format_type(r.rngsubtype, null),
        case when not oc.opcdefault then format('SUBTYPE_OPCLASS = %I.%I', ocn.nspname, oc.opcname) end,
        case when r.rngcollation <> st.typcollation then
          format('COLLATION = %I.%I', cn.nspname, co.collname) end,
        case when r.rngcanonical <> 0 then 'CANONICAL = ' || r.rngcanonical end,
        case when r.rngsubdiff <> 0 then 'SUBTYPE_DIFF = ' || r.rngsubdiff end,
        -- 14.
        'MULTIRANGE_TYPE_NAME = ' || format_type((to_jsonb(r) ->> 'rngmultitypid')::oid, null))
      from pg_range r
      join pg_type st on st.oid = r.rngsubtype
      join pg_opclass oc on oc.oid = r.rngsubopc
      join pg_namespace ocn on ocn.oid = oc.opcnamespace
      left join pg_collation co on co.oid = r.rngcollation
      left join pg_namespace cn on cn.oid = co.collnamespace
      where r.rngtypid = t.oid)
    when t.typtype = 'b' then concat_ws(', ',
      'INPUT = ' || t.typinput,
      'OUTPUT = ' || t.typoutput,
      case when t.typreceive <> 0 then 'RECEIVE = ' || t.typreceive end,
      case when t.typsend <> 0 then 'SEND = ' || t.typsend end,
      case when t.typmodin <> 0 then 'TYPMOD_IN = ' || t.typmodin end,
      case when t.typmodout <> 0 then 'TYPMOD_OUT = ' || t.typmodout end,
      case when t.typanalyze <> 0 then 'ANALYZE = ' || t.typanalyze end,
      'INTERNALLENGTH = ' || case when t.typlen = -1 then 'VARIABLE' else t.typlen::text end,
      case when t.typbyval then 'PASSEDBYVALUE' end,
      'ALIGNMENT = ' || case t.typalign
        when 'c' then 'char' when 's' then 'int2' when 'i' then 'int4' else 'double' end,
      'STORAGE = ' || case t.typstorage
        when 'p' then 'plain' when 'e' then 'external' when 'x' then 'extended' else 'main' end,
      'CATEGORY = ' || quote_literal(t.typcategory::text),
      case when t.typispreferred then 'PREFERRED = true' end,
      'DEFAULT = ' || quote_literal(t.typdefault),
      case when t.typelem <> 0 then 'ELEMENT = ' || format_type(t.typelem, null) end,
      'DELIMITER = ' || quote_literal(t.typdelim::text),
      case when t.typcollation <> 0 then 'COLLATABLE = true' end) end as "parameters"
from pg_type t
join pg_namespace n on n.oid = t.typnamespace
left join pg_type base on base.oid = t.typbasetype
left join pg_class c on c.oid = t.typrelid
where t.typtype in ('e', 'd', 'c', 'r', 'b', 'p')
  -- A table's row type, and the array type behind every type, are not types of their own.
  and (t.typrelid = 0 or c.relkind = 'c')
  and (t.typtype <> 'p' or not t.typisdefined)
  and not exists (select from pg_type element where element.typarray = t.oid)
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
  and not exists (
    select from pg_depend e
    where e.classid = 'pg_type'::regclass and e.objid = t.oid and e.deptype = 'e')
order by n.nspname, t.typname
