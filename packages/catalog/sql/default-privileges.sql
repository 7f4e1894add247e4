-- ALTER DEFAULT PRIVILEGES: those of one schema add to nothing, those of all schemas change the defaults.
with known as (
  select
    d.defaclrole,
    d.defaclobjtype,
    n.nspname,
    d.defaclacl as acl,
    acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole) as born
  from pg_default_acl d
  left join pg_namespace n on n.oid = d.defaclnamespace
  where n.oid is null
    or (n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text])))
),
difference as (
  select k.defaclrole, k.defaclobjtype, k.nspname,
    (select count(*) from aclexplode(k.born) b where b.grantee = k.defaclrole) as all_privileges,
    g.change, g.grantee, g.privilege_type, g.is_grantable
  from known k
  cross join lateral (
    select 'grant' as change, given.* from (
      select grantee, privilege_type, is_grantable from aclexplode(k.acl)
      except
      select grantee, privilege_type, is_grantable from aclexplode(k.born)
      where k.nspname is null
    ) given
    union all
    select 'revoke', taken.* from (
      select grantee, privilege_type, false from aclexplode(k.born)
      where k.nspname is null
      except
      select grantee, privilege_type, false from aclexplode(k.acl)
    ) taken
  ) g
)
select
  change as "change",
  case defaclobjtype
    when 'r' then 'table' when 'S' then 'sequence' when 'f' then 'function'
    when 'T' then 'type' when 'n' then 'schema' else 'large object' end as "objectKind",
  quote_ident(pg_get_userbyid(defaclrole)) as "role",
  nspname as "schema",
  case when grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(grantee)) end as "grantee",
  is_grantable as "grantable",
  array_agg(privilege_type order by privilege_type) as "privileges",
  count(*) = all_privileges as "all"
from difference
group by change, defaclobjtype, defaclrole, nspname, grantee, is_grantable, all_privileges
order by defaclrole, nspname, defaclobjtype, change desc, 5
