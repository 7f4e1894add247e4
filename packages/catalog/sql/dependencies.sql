-- What needs what among the objects that people made, as `pg_type 16390`. Foreign keys, triggers, policies, indexes and
-- sequences are left out: they come when all else is there, and would only close circles.
select
  d.classid::regclass::text || ' ' || d.objid as "object",
  d.refclassid::regclass::text || ' ' || d.refobjid as "needs",
  -- A part is made with what it is part of: a view's rule, a default, an array type.
  d.deptype = 'i'
    or d.deptype = 'a' and d.classid in ('pg_attrdef'::regclass, 'pg_constraint'::regclass) as "isPart"
from pg_depend d
left join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
left join pg_class r on d.refclassid = 'pg_class'::regclass and r.oid = d.refobjid
where d.objid >= 16384 and d.refobjid >= 16384
  and d.deptype in ('n', 'a', 'i')
  and d.classid not in ('pg_trigger'::regclass, 'pg_policy'::regclass)
  and d.refclassid not in ('pg_namespace'::regclass, 'pg_extension'::regclass)
  and coalesce(c.relkind, 'r') not in ('S', 'i', 'I', 't')
  and coalesce(r.relkind, 'r') not in ('S', 'i', 'I', 't')
  and not exists (
    select from pg_constraint k
    where d.classid = 'pg_constraint'::regclass and k.oid = d.objid and k.contype = 'f')
