-- Privileges that differ from what an object is born with: given ones and taken ones.
with object as (
  select
    case c.relkind when 'S' then 'sequence' else 'table' end as kind,
    format('%I.%I', n.nspname, c.relname) as name,
    null::name as column_name,
    c.relacl as acl,
    acldefault(case c.relkind when 'S' then 's'::"char" else 'r' end, c.relowner) as born,
    c.relowner as owner,
    'pg_class'::regclass as class, c.oid as oid, 0 as part
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S') and c.relacl is not null
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
  union all
  select 'table', format('%I.%I', n.nspname, c.relname), a.attname,
    a.attacl, null, c.relowner, 'pg_class'::regclass, c.oid, a.attnum
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where a.attacl is not null and not a.attisdropped
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
  union all
  select
    case p.prokind when 'p' then 'procedure' else 'function' end,
    format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), null,
    p.proacl, acldefault('f', p.proowner), p.proowner, 'pg_proc'::regclass, p.oid, 0
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where p.proacl is not null
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
  union all
  select 'schema', quote_ident(n.nspname), null,
    n.nspacl, acldefault('n', n.nspowner), n.nspowner, 'pg_namespace'::regclass, n.oid, 0
  from pg_namespace n
  where n.nspacl is not null
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
  union all
  select case t.typtype when 'd' then 'domain' else 'type' end,
    format('%I.%I', n.nspname, t.typname), null,
    t.typacl, acldefault('T', t.typowner), t.typowner, 'pg_type'::regclass, t.oid, 0
  from pg_type t join pg_namespace n on n.oid = t.typnamespace
  where t.typacl is not null
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
  union all
  select 'foreign data wrapper', quote_ident(w.fdwname), null,
    w.fdwacl, acldefault('F', w.fdwowner), w.fdwowner, 'pg_foreign_data_wrapper'::regclass, w.oid, 0
  from pg_foreign_data_wrapper w where w.fdwacl is not null
  union all
  select 'foreign server', quote_ident(s.srvname), null,
    s.srvacl, acldefault('S', s.srvowner), s.srvowner, 'pg_foreign_server'::regclass, s.oid, 0
  from pg_foreign_server s where s.srvacl is not null
  union all
  select 'language', quote_ident(l.lanname), null,
    l.lanacl, acldefault('l', l.lanowner), l.lanowner, 'pg_language'::regclass, l.oid, 0
  from pg_language l where l.lanacl is not null
),
known as (
  select o.*, coalesce(i.initprivs, o.born) as base,
    (select count(*) from aclexplode(o.born) b where b.grantee = o.owner) as all_privileges
  from object o
  -- What initdb granted, as on schema public.
  left join pg_init_privs i
    on i.classoid = o.class and i.objoid = o.oid and i.objsubid = o.part
  where not exists (
    select from pg_depend e
    where e.classid = o.class and e.objid = o.oid and e.deptype = 'e')
),
difference as (
  select k.kind, k.name, k.column_name, k.all_privileges, g.change, g.grantee, g.privilege_type, g.is_grantable
  from known k
  cross join lateral (
    select 'grant' as change, given.* from (
      select grantee, privilege_type, is_grantable from aclexplode(k.acl)
      except
      select grantee, privilege_type, is_grantable from aclexplode(k.base)
    ) given
    union all
    select 'revoke', taken.* from (
      select grantee, privilege_type, false from aclexplode(k.base)
      except
      select grantee, privilege_type, false from aclexplode(k.acl)
    ) taken
  ) g
)
select
  change as "change",
  kind as "objectKind",
  name as "object",
  column_name as "column",
  case when grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(grantee)) end as "grantee",
  is_grantable as "grantable",
  array_agg(privilege_type order by privilege_type) as "privileges",
  column_name is null and count(*) = all_privileges as "all"
from difference
group by change, kind, name, column_name, grantee, is_grantable, all_privileges
order by kind, name, column_name, change desc, 5
