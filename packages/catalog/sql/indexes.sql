-- Indexes of tables and materialised views.
select
  i.indrelid as "tableOid",
  x.relname as "name",
  am.amname as "method",
  i.indisunique as "unique",
  -- 15; absent before.
  coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) as "nullsNotDistinct",
  con.conname as "constraint",
  pg_get_indexdef(i.indexrelid) as "definition",
  pg_get_expr(i.indpred, i.indrelid) as "predicate",
  (select json_agg(json_build_object(
      'column', a.attname,
      'expression', case when i.indkey[position - 1] = 0
        then pg_get_indexdef(i.indexrelid, position, false) end,
      'operatorClass', case when not oc.opcdefault then
        concat_ws('.', nullif(ocn.nspname, 'pg_catalog'), oc.opcname) end,
      -- 100: the default collation. An expression has its columns' unless the definition says another.
      'collation', case when co.oid <> coalesce(a.attcollation, 100)
          and (a.attnum is not null
            or strpos(pg_get_indexdef(i.indexrelid), 'COLLATE ' || quote_ident(co.collname)) > 0) then
        concat_ws('.', nullif(cn.nspname, 'pg_catalog'), co.collname) end) order by position)
   from generate_series(1, i.indnkeyatts) as position
   left join pg_attribute a
     on a.attrelid = i.indrelid and a.attnum = i.indkey[position - 1] and a.attnum > 0
   left join pg_opclass oc on oc.oid = i.indclass[position - 1]
   left join pg_namespace ocn on ocn.oid = oc.opcnamespace
   left join pg_collation co on co.oid = i.indcollation[position - 1]
   left join pg_namespace cn on cn.oid = co.collnamespace) as "keys",
  array(
    select a.attname::text
    from generate_series(i.indnkeyatts, i.indnatts - 1) as position
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[position]
    order by position) as "include"
from pg_index i
join pg_class x on x.oid = i.indexrelid
join pg_am am on am.oid = x.relam
join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_constraint con
  on con.conindid = i.indexrelid and con.contype in ('p', 'u', 'x') and con.conrelid = i.indrelid
where c.relkind in ('r', 'p', 'm')
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
order by i.indrelid, x.relname
