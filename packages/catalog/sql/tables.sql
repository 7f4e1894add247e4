-- Ordinary, partitioned and foreign tables.
select
  c.oid as "oid",
  n.nspname as "schema",
  c.relname as "name",
  c.relkind as "kind",
  c.relpersistence as "persistence",
  c.relrowsecurity as "rowSecurity",
  c.relforcerowsecurity as "forceRowSecurity",
  c.relreplident as "replicaIdentity",
  (select x.relname
   from pg_index i
   join pg_class x on x.oid = i.indexrelid
   where i.indrelid = c.oid and i.indisreplident) as "replicaIdentityIndex",
  am.amname as "accessMethod",
  ts.spcname as "tablespace",
  coalesce(c.reloptions, '{}')
    || array(select 'toast.' || option from unnest(toast.reloptions) as option) as "options",
  pg_get_userbyid(c.relowner) as "owner",
  case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as "partitionKey",
  case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end as "partitionBound",
  (select json_agg(json_build_object('schema', pn.nspname, 'name', p.relname) order by h.inhseqno)
   from pg_inherits h
   join pg_class p on p.oid = h.inhparent
   join pg_namespace pn on pn.oid = p.relnamespace
   where h.inhrelid = c.oid) as "parents",
  s.srvname as "server",
  (select array_agg(format('%I %L', o.option_name, o.option_value))
   from pg_options_to_table(ft.ftoptions) o) as "serverOptions"
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_am am on am.oid = c.relam
left join pg_tablespace ts on ts.oid = c.reltablespace
left join pg_class toast on toast.oid = c.reltoastrelid
left join pg_foreign_table ft on ft.ftrelid = c.oid
left join pg_foreign_server s on s.oid = ft.ftserver
where c.relkind in ('r', 'p', 'f')
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
  and not exists (
    select from pg_depend e
    where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
order by n.nspname, c.relname
