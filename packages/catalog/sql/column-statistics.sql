-- What ANALYZE found of each column that could be a key; rows of columns this role may not read are left out.
select
  c.oid as "tableOid",
  s.attname as "name",
  s.null_frac as "nullShare",
  s.avg_width as "averageWidthBytes",
  s.n_distinct as "distinct",
  -- All of them when they are the whole story (see complete), else the most common twenty.
  (s.most_common_vals::text::text[])[1:case when s.histogram_bounds is null then 10000 else 20 end] as "values",
  s.most_common_freqs[1:case when s.histogram_bounds is null then 10000 else 20 end] as "shares",
  case when s.histogram_bounds is not null then s.most_common_freqs[21] end as "nextShare",
  s.histogram_bounds is null
    and s.n_distinct = coalesce(array_length(s.most_common_freqs, 1), 0) as "complete"
from pg_stats s
join pg_namespace n on n.nspname = s.schemaname
join pg_class c on c.relnamespace = n.oid and c.relname = s.tablename
join pg_attribute a on a.attrelid = c.oid and a.attname = s.attname
join pg_type t on t.oid = a.atttypid
where c.relkind = 'r'
  -- A parent's own rows, without those of tables that inherit from it.
  and not s.inherited
  and s.avg_width <= 256
  -- Hashable as Citus sees it; domains hash as their base type.
  and exists (
    select
    from pg_opclass oc
    join pg_am am on am.oid = oc.opcmethod
    join pg_type key on key.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
    where am.amname = 'hash' and oc.opcdefault
      and (oc.opcintype = key.oid
        or oc.opcintype = 'anyenum'::regtype and key.typtype = 'e'
        or oc.opcintype = 'anyarray'::regtype and key.typelem <> 0 and key.typlen = -1
        or oc.opcintype = 'anyrange'::regtype and key.typtype = 'r'
        or oc.opcintype = 'record'::regtype and key.typtype = 'c'
        or exists (
          select from pg_cast ca
          where ca.castsource = key.oid and ca.casttarget = oc.opcintype
            and ca.castmethod = 'b' and ca.castcontext = 'i')))
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
order by c.oid, a.attnum
