-- What publications hold since PostgreSQL 15: whole schemas, column lists and row filters.
select
  p.pubname as "publication",
  array(
    select n.nspname::text
    from pg_publication_namespace pn
    join pg_namespace n on n.oid = pn.pnnspid
    where pn.pnpubid = p.oid
    order by 1) as "schemas",
  (select json_agg(json_build_object(
      'schema', n.nspname,
      'name', c.relname,
      'columns', (
        select json_agg(a.attname order by k.position)
        from unnest(r.prattrs::int2[]) with ordinality as k (attnum, position)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum),
      'filter', pg_get_expr(r.prqual, c.oid)))
   from pg_publication_rel r
   join pg_class c on c.oid = r.prrelid
   join pg_namespace n on n.oid = c.relnamespace
   where r.prpubid = p.oid and (r.prattrs is not null or r.prqual is not null)) as "narrowed"
from pg_publication p
order by p.pubname
