-- Constraints of tables, those that partitions have from their parents included.
select
  con.conrelid as "tableOid",
  con.conname as "name",
  con.contype as "type",
  pg_get_constraintdef(con.oid) as "definition",
  con.condeferrable as "deferrable",
  con.condeferred as "deferred",
  con.convalidated as "validated",
  con.connoinherit as "noInherit",
  array(
    select a.attname::text
    from unnest(con.conkey) with ordinality as k (attnum, position)
    join pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.attnum
    order by k.position) as "columns",
  array(
    select a.attname::text
    from generate_series(i.indnkeyatts, i.indnatts - 1) as position
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[position]
    where con.contype in ('p', 'u')
    order by position) as "include",
  -- Columns of later versions are read through JSON, where an absent one is NULL (nulls not distinct: 15).
  coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) as "nullsNotDistinct",
  case when con.contype = 'c' then pg_get_expr(con.conbin, con.conrelid) end as "expression",
  case when con.contype = 'f'
    then json_build_object('schema', fn.nspname, 'name', f.relname) end as "references",
  array(
    select a.attname::text
    from unnest(con.confkey) with ordinality as k (attnum, position)
    join pg_attribute a on a.attrelid = con.confrelid and a.attnum = k.attnum
    order by k.position) as "referencedColumns",
  con.confdeltype as "onDelete",
  con.confupdtype as "onUpdate",
  con.confmatchtype as "match",
  -- ON DELETE SET NULL (columns): 15.
  array(
    select a.attname::text
    from jsonb_array_elements_text(
      case when con.contype = 'f' then nullif(to_jsonb(con) -> 'confdelsetcols', 'null') end
    ) with ordinality as k (attnum, position)
    join pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.attnum::int2
    order by k.position) as "onDeleteColumns",
  case when con.contype = 'x' then am.amname end as "method",
  case when con.contype = 'x' then (
    select json_agg(json_build_object(
      'column', a.attname,
      'expression', case when i.indkey[k.position - 1] = 0
        then pg_get_indexdef(i.indexrelid, k.position::int, false) end,
      'operator', o.oprname) order by k.position)
    from unnest(con.conexclop) with ordinality as k (operator, position)
    join pg_operator o on o.oid = k.operator
    left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[k.position - 1]
      and a.attnum > 0) end as "elements",
  case when con.contype = 'x' then pg_get_expr(i.indpred, i.indrelid) end as "predicate"
from pg_constraint con
join pg_class c on c.oid = con.conrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_class f on f.oid = con.confrelid
left join pg_namespace fn on fn.oid = f.relnamespace
left join pg_index i on i.indexrelid = con.conindid and con.contype in ('p', 'u', 'x')
left join pg_class ic on ic.oid = i.indexrelid
left join pg_am am on am.oid = ic.relam
left join pg_constraint parent on parent.oid = con.conparentid
where con.contype in ('p', 'u', 'x', 'f', 'c', 'n')
  -- A foreign key to a partitioned table has one more row for each partition of it.
  and (parent.oid is null or parent.conrelid <> con.conrelid)
  -- Every NOT NULL is a constraint since 18, an inherited one too.
  and (con.contype <> 'n' or con.conislocal)
  and c.relkind in ('r', 'p', 'f')
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
order by con.conrelid, con.conname
