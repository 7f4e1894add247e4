-- Objects outside the model as statements that would make them, with the syntax-tree node of each.
with other as (
  select 'pg_cast'::regclass as class, c.oid as oid, 'CreateCastStmt' as node,
    null::name as schema, null::name as name,
    format('CREATE CAST (%s AS %s) %s%s',
      format_type(c.castsource, null), format_type(c.casttarget, null),
      case c.castmethod
        when 'f' then 'WITH FUNCTION ' || c.castfunc::regprocedure
        when 'i' then 'WITH INOUT' else 'WITHOUT FUNCTION' end,
      case c.castcontext when 'a' then ' AS ASSIGNMENT' when 'i' then ' AS IMPLICIT' else '' end) as sql
  from pg_cast c
  union all
  select 'pg_operator'::regclass, o.oid, 'DefineStmt', n.nspname, o.oprname,
    format('CREATE OPERATOR %I.%s (%s)', n.nspname, o.oprname, concat_ws(', ',
      'FUNCTION = ' || o.oprcode::regproc,
      case when o.oprleft <> 0 then 'LEFTARG = ' || format_type(o.oprleft, null) end,
      case when o.oprright <> 0 then 'RIGHTARG = ' || format_type(o.oprright, null) end,
      (select format('COMMUTATOR = OPERATOR(%I.%s)', cn.nspname, co.oprname)
       from pg_operator co join pg_namespace cn on cn.oid = co.oprnamespace where co.oid = o.oprcom),
      (select format('NEGATOR = OPERATOR(%I.%s)', nn.nspname, no.oprname)
       from pg_operator no join pg_namespace nn on nn.oid = no.oprnamespace where no.oid = o.oprnegate),
      case when o.oprrest <> 0 then 'RESTRICT = ' || o.oprrest end,
      case when o.oprjoin <> 0 then 'JOIN = ' || o.oprjoin end,
      case when o.oprcanhash then 'HASHES' end,
      case when o.oprcanmerge then 'MERGES' end))
  from pg_operator o join pg_namespace n on n.oid = o.oprnamespace
  where o.oprcode <> 0
  union all
  select 'pg_opfamily'::regclass, f.oid, 'CreateOpFamilyStmt', n.nspname, f.opfname,
    format('CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, am.amname)
  from pg_opfamily f join pg_namespace n on n.oid = f.opfnamespace join pg_am am on am.oid = f.opfmethod
  -- A family of the same name comes with a class that names none.
  where not exists (
    select from pg_opclass oc
    where oc.opcfamily = f.oid and oc.opcname = f.opfname and oc.opcnamespace = f.opfnamespace)
  union all
  select 'pg_opclass'::regclass, oc.oid, 'CreateOpClassStmt', n.nspname, oc.opcname,
    format('CREATE OPERATOR CLASS %I.%I %sFOR TYPE %s USING %I FAMILY %I.%I AS %s',
      n.nspname, oc.opcname, case when oc.opcdefault then 'DEFAULT ' else '' end,
      format_type(oc.opcintype, null), am.amname, fn.nspname, f.opfname,
      concat_ws(', ',
        (select string_agg(format('OPERATOR %s %I.%s (%s, %s)', ao.amopstrategy, xn.nspname,
            o.oprname, format_type(ao.amoplefttype, null), format_type(ao.amoprighttype, null)),
            ', ' order by ao.amopstrategy)
         from pg_amop ao
         join pg_operator o on o.oid = ao.amopopr
         join pg_namespace xn on xn.oid = o.oprnamespace
         where ao.amopfamily = oc.opcfamily and ao.amoplefttype = oc.opcintype),
        (select string_agg(format('FUNCTION %s (%s, %s) %s', ap.amprocnum,
            format_type(ap.amproclefttype, null), format_type(ap.amprocrighttype, null),
            ap.amproc::oid::regprocedure), ', ' order by ap.amprocnum)
         from pg_amproc ap
         where ap.amprocfamily = oc.opcfamily and ap.amproclefttype = oc.opcintype),
        case when oc.opckeytype <> 0 then 'STORAGE ' || format_type(oc.opckeytype, null) end))
  from pg_opclass oc
  join pg_namespace n on n.oid = oc.opcnamespace
  join pg_am am on am.oid = oc.opcmethod
  join pg_opfamily f on f.oid = oc.opcfamily
  join pg_namespace fn on fn.oid = f.opfnamespace
  union all
  select 'pg_ts_config'::regclass, c.oid, 'DefineStmt', n.nspname, c.cfgname,
    format('CREATE TEXT SEARCH CONFIGURATION %I.%I (PARSER = %I.%I)',
      n.nspname, c.cfgname, pn.nspname, p.prsname)
  from pg_ts_config c
  join pg_namespace n on n.oid = c.cfgnamespace
  join pg_ts_parser p on p.oid = c.cfgparser
  join pg_namespace pn on pn.oid = p.prsnamespace
  union all
  select 'pg_ts_config'::regclass, c.oid, 'AlterTSConfigurationStmt', n.nspname, c.cfgname,
    format('ALTER TEXT SEARCH CONFIGURATION %I.%I ADD MAPPING FOR %I WITH %s',
      n.nspname, c.cfgname, token.alias,
      string_agg(format('%I.%I', dn.nspname, d.dictname), ', ' order by m.mapseqno))
  from pg_ts_config_map m
  join pg_ts_config c on c.oid = m.mapcfg
  join pg_namespace n on n.oid = c.cfgnamespace
  join lateral ts_token_type(c.cfgparser) as token on token.tokid = m.maptokentype
  join pg_ts_dict d on d.oid = m.mapdict
  join pg_namespace dn on dn.oid = d.dictnamespace
  where c.oid >= 16384
  group by c.oid, n.nspname, c.cfgname, token.alias
  union all
  select 'pg_ts_dict'::regclass, d.oid, 'DefineStmt', n.nspname, d.dictname,
    format('CREATE TEXT SEARCH DICTIONARY %I.%I (TEMPLATE = %I.%I%s)',
      n.nspname, d.dictname, tn.nspname, t.tmplname, ', ' || d.dictinitoption)
  from pg_ts_dict d
  join pg_namespace n on n.oid = d.dictnamespace
  join pg_ts_template t on t.oid = d.dicttemplate
  join pg_namespace tn on tn.oid = t.tmplnamespace
  union all
  select 'pg_ts_parser'::regclass, p.oid, 'DefineStmt', n.nspname, p.prsname,
    format('CREATE TEXT SEARCH PARSER %I.%I (START = %s, GETTOKEN = %s, END = %s, LEXTYPES = %s%s)',
      n.nspname, p.prsname, p.prsstart, p.prstoken, p.prsend, p.prslextype,
      case when p.prsheadline <> 0 then ', HEADLINE = ' || p.prsheadline end)
  from pg_ts_parser p join pg_namespace n on n.oid = p.prsnamespace
  union all
  select 'pg_ts_template'::regclass, t.oid, 'DefineStmt', n.nspname, t.tmplname,
    format('CREATE TEXT SEARCH TEMPLATE %I.%I (%sLEXIZE = %s)', n.nspname, t.tmplname,
      case when t.tmplinit <> 0 then 'INIT = ' || t.tmplinit || ', ' end, t.tmpllexize)
  from pg_ts_template t join pg_namespace n on n.oid = t.tmplnamespace
  union all
  select 'pg_collation'::regclass, c.oid, 'DefineStmt', n.nspname, c.collname,
    format('CREATE COLLATION %I.%I (%s)', n.nspname, c.collname, concat_ws(', ',
      'PROVIDER = ' || case c.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
      -- The ICU locale moved from collcollate to colliculocale (15) to colllocale (17).
      'LOCALE = ' || quote_literal(coalesce(
        to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale',
        case when c.collprovider = 'i' or c.collcollate = c.collctype then c.collcollate end)),
      case when c.collprovider = 'c' and c.collcollate <> c.collctype then
        format('LC_COLLATE = %L, LC_CTYPE = %L', c.collcollate, c.collctype) end,
      case when not c.collisdeterministic then 'DETERMINISTIC = false' end,
      'RULES = ' || quote_literal(to_jsonb(c) ->> 'collicurules')))
  from pg_collation c join pg_namespace n on n.oid = c.collnamespace
  union all
  select 'pg_conversion'::regclass, c.oid, 'CreateConversionStmt', n.nspname, c.conname,
    format('CREATE %sCONVERSION %I.%I FOR %L TO %L FROM %s',
      case when c.condefault then 'DEFAULT ' else '' end, n.nspname, c.conname,
      pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding), c.conproc)
  from pg_conversion c join pg_namespace n on n.oid = c.connamespace
  union all
  select 'pg_event_trigger'::regclass, t.oid, 'CreateEventTrigStmt', null, t.evtname,
    format('CREATE EVENT TRIGGER %I ON %I%s EXECUTE FUNCTION %s()', t.evtname, t.evtevent,
      (select ' WHEN TAG IN (' || string_agg(quote_literal(tag), ', ') || ')' from unnest(t.evttags) as tag),
      t.evtfoid::regproc)
  from pg_event_trigger t
  union all
  select 'pg_foreign_data_wrapper'::regclass, w.oid, 'CreateFdwStmt', null, w.fdwname,
    format('CREATE FOREIGN DATA WRAPPER %I%s%s%s', w.fdwname,
      case when w.fdwhandler <> 0 then ' HANDLER ' || w.fdwhandler::regproc end,
      case when w.fdwvalidator <> 0 then ' VALIDATOR ' || w.fdwvalidator::regproc end,
      (select ' OPTIONS (' || string_agg(format('%I %L', option_name, option_value), ', ') || ')'
       from pg_options_to_table(w.fdwoptions)))
  from pg_foreign_data_wrapper w
  union all
  select 'pg_foreign_server'::regclass, s.oid, 'CreateForeignServerStmt', null, s.srvname,
    format('CREATE SERVER %I%s%s FOREIGN DATA WRAPPER %I%s', s.srvname,
      ' TYPE ' || quote_literal(s.srvtype), ' VERSION ' || quote_literal(s.srvversion), w.fdwname,
      (select ' OPTIONS (' || string_agg(format('%I %L', option_name, option_value), ', ') || ')'
       from pg_options_to_table(s.srvoptions)))
  from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw
  union all
  -- Options of user mappings are left out: they hold passwords.
  select 'pg_user_mapping'::regclass, m.umid, 'CreateUserMappingStmt', null, m.srvname,
    format('CREATE USER MAPPING FOR %s SERVER %I',
      case when m.umuser = 0 then 'PUBLIC' else quote_ident(m.usename) end, m.srvname)
  from pg_user_mappings m
  union all
  select 'pg_language'::regclass, l.oid, 'CreatePLangStmt', null, l.lanname,
    format('CREATE %sLANGUAGE %I%s%s%s', case when l.lanpltrusted then 'TRUSTED ' else '' end, l.lanname,
      case when l.lanplcallfoid <> 0 then ' HANDLER ' || l.lanplcallfoid::regproc end,
      case when l.laninline <> 0 then ' INLINE ' || l.laninline::regproc end,
      case when l.lanvalidator <> 0 then ' VALIDATOR ' || l.lanvalidator::regproc end)
  from pg_language l
  union all
  select 'pg_transform'::regclass, t.oid, 'CreateTransformStmt', null, null,
    format('CREATE TRANSFORM FOR %s LANGUAGE %I (%s)', format_type(t.trftype, null), l.lanname,
      concat_ws(', ',
        case when t.trffromsql <> 0 then 'FROM SQL WITH FUNCTION ' || t.trffromsql::oid::regprocedure end,
        case when t.trftosql <> 0 then 'TO SQL WITH FUNCTION ' || t.trftosql::oid::regprocedure end))
  from pg_transform t join pg_language l on l.oid = t.trflang
  union all
  select 'pg_statistic_ext'::regclass, s.oid, 'CreateStatsStmt', n.nspname, s.stxname,
    pg_get_statisticsobjdef(s.oid)
  from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
  union all
  select 'pg_am'::regclass, a.oid, 'CreateAmStmt', null, a.amname,
    format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s', a.amname,
      case a.amtype when 't' then 'TABLE' else 'INDEX' end, a.amhandler)
  from pg_am a
  union all
  -- The connection of a subscription is for superusers' eyes, and holds passwords; its oid is so before 14.
  select 'pg_subscription'::regclass, 16384::oid, 'CreateSubscriptionStmt', null, s.subname,
    format('CREATE SUBSCRIPTION %I CONNECTION '''' PUBLICATION %s WITH (connect = false, enabled = %s)',
      s.subname, (select string_agg(quote_ident(name), ', ') from unnest(s.subpublications) as name),
      s.subenabled)
  from pg_subscription s
  where s.subdbid = (select oid from pg_database where datname = current_database())
)
select o.class::text as "catalog", o.oid as "oid", o.node as "node", o.schema as "schema", o.name as "name", o.sql as "sql"
from other o
where o.oid >= 16384
  and (o.schema is null or (
    o.schema !~ '^pg_' and o.schema <> 'information_schema'
    and o.schema::text = any (
      coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[o.schema::text]))))
  and not exists (
    select from pg_depend e
    -- Of an extension, or come along with another object, as a multirange's cast does.
    where e.classid = o.class and e.objid = o.oid and e.deptype in ('e', 'i'))
order by 3, 4, 5, 6
