-- CREATE AGGREGATE statements: PostgreSQL has no function that writes them.
select
  p.oid as "oid",
  format('CREATE AGGREGATE %I.%I(%s) (%s)', n.nspname, p.proname,
    coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*'),
    concat_ws(', ',
      'SFUNC = ' || a.aggtransfn,
      'STYPE = ' || format_type(a.aggtranstype, null),
      case when a.aggtransspace > 0 then 'SSPACE = ' || a.aggtransspace end,
      case when a.aggfinalfn <> 0 then 'FINALFUNC = ' || a.aggfinalfn end,
      case when a.aggfinalextra then 'FINALFUNC_EXTRA' end,
      case when a.aggfinalfn <> 0 and a.aggfinalmodify <> case when a.aggkind = 'n' then 'r' else 'w' end
        then 'FINALFUNC_MODIFY = ' || case a.aggfinalmodify
          when 'r' then 'READ_ONLY' when 's' then 'SHAREABLE' else 'READ_WRITE' end end,
      case when a.aggcombinefn <> 0 then 'COMBINEFUNC = ' || a.aggcombinefn end,
      case when a.aggserialfn <> 0 then 'SERIALFUNC = ' || a.aggserialfn end,
      case when a.aggdeserialfn <> 0 then 'DESERIALFUNC = ' || a.aggdeserialfn end,
      'INITCOND = ' || quote_literal(a.agginitval),
      case when a.aggmtransfn <> 0 then 'MSFUNC = ' || a.aggmtransfn end,
      case when a.aggminvtransfn <> 0 then 'MINVFUNC = ' || a.aggminvtransfn end,
      case when a.aggmtranstype <> 0 then 'MSTYPE = ' || format_type(a.aggmtranstype, null) end,
      case when a.aggmtransspace > 0 then 'MSSPACE = ' || a.aggmtransspace end,
      case when a.aggmfinalfn <> 0 then 'MFINALFUNC = ' || a.aggmfinalfn end,
      case when a.aggmfinalextra then 'MFINALFUNC_EXTRA' end,
      'MINITCOND = ' || quote_literal(a.aggminitval),
      case when a.aggsortop <> 0 then
        format('SORTOP = OPERATOR(%I.%s)', sn.nspname, s.oprname) end,
      case when a.aggkind = 'h' then 'HYPOTHETICAL' end,
      case p.proparallel when 's' then 'PARALLEL = SAFE' when 'r' then 'PARALLEL = RESTRICTED' end
    )) as "definition"
from pg_aggregate a
join pg_proc p on p.oid = a.aggfnoid
join pg_namespace n on n.oid = p.pronamespace
left join pg_operator s on s.oid = a.aggsortop
left join pg_namespace sn on sn.oid = s.oprnamespace
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
order by p.oid
