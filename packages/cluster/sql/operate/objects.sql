-- On one node, as one JSON object: everything that somebody made in this database (what belongs to an extension, and
-- what PostgreSQL itself keeps, is not), and the state of what every database has and anybody may alter.
SELECT coalesce(jsonb_object_agg(object, state), '{}')
FROM (
  SELECT concat_ws(' ', o.type, o.identity) AS object, '' AS state
  FROM (
    -- Indexes go with their tables, row types with their relations, arrays and multiranges with their types.
    SELECT tableoid, oid FROM pg_class WHERE relkind NOT IN ('i', 'I', 't', 'c')
    UNION ALL
    SELECT t.tableoid, t.oid FROM pg_type t
    WHERE typtype <> 'm' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
      AND (typrelid = 0 OR EXISTS (SELECT FROM pg_class c WHERE c.oid = typrelid AND relkind = 'c'))
    UNION ALL SELECT p.tableoid, p.oid FROM pg_proc p
    WHERE NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'i')
    UNION ALL SELECT tableoid, oid FROM pg_namespace WHERE nspname !~ '^pg_(toast|temp)'
    UNION ALL SELECT tableoid, oid FROM pg_extension
    UNION ALL SELECT tableoid, oid FROM pg_operator
    UNION ALL SELECT tableoid, oid FROM pg_opclass
    UNION ALL SELECT tableoid, oid FROM pg_opfamily
    UNION ALL SELECT tableoid, oid FROM pg_cast
    UNION ALL SELECT tableoid, oid FROM pg_collation
    UNION ALL SELECT tableoid, oid FROM pg_conversion
    UNION ALL SELECT tableoid, oid FROM pg_language
    UNION ALL SELECT tableoid, oid FROM pg_statistic_ext
    UNION ALL SELECT tableoid, oid FROM pg_ts_config
    UNION ALL SELECT tableoid, oid FROM pg_ts_dict
    UNION ALL SELECT tableoid, oid FROM pg_ts_parser
    UNION ALL SELECT tableoid, oid FROM pg_ts_template
    UNION ALL SELECT tableoid, oid FROM pg_foreign_data_wrapper
    UNION ALL SELECT tableoid, oid FROM pg_foreign_server
    UNION ALL SELECT tableoid, oid FROM pg_event_trigger
    UNION ALL SELECT tableoid, oid FROM pg_publication
    UNION ALL SELECT tableoid, oid FROM pg_default_acl
  ) AS made
  CROSS JOIN LATERAL pg_identify_object(made.tableoid, made.oid, 0) o
  -- Objects of initdb have lower numbers.
  WHERE made.oid >= 16384 AND o.schema IS DISTINCT FROM 'pg_toast' AND coalesce(o.schema, '') !~ '^pg_temp'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = made.tableoid AND d.objid = made.oid AND d.deptype = 'e')
    AND NOT EXISTS (SELECT FROM pg_extension WHERE oid = made.oid AND extname IN ('citus', 'citus_columnar', 'plpgsql'))
  UNION ALL
  SELECT 'distribution of ' || o.identity, ''
  FROM pg_dist_partition CROSS JOIN LATERAL pg_identify_object('pg_class'::regclass, logicalrelid, 0) o
  UNION ALL
  SELECT 'shard ' || shardid || ' of ' || o.identity, ''
  FROM pg_dist_shard CROSS JOIN LATERAL pg_identify_object('pg_class'::regclass, logicalrelid, 0) o
  UNION ALL
  SELECT 'placement ' || placementid || ' of ' || coalesce(o.identity, 'shard ' || p.shardid), ''
  FROM pg_dist_placement p LEFT JOIN pg_dist_shard s USING (shardid)
  LEFT JOIN LATERAL pg_identify_object('pg_class'::regclass, s.logicalrelid, 0) o ON s.logicalrelid IS NOT NULL
  UNION ALL SELECT 'co-location group ' || colocationid, '' FROM pg_dist_colocation
  UNION ALL SELECT concat_ws(' ', 'Citus keeps', o.type, o.identity), ''
  FROM pg_dist_object d CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) o
  -- Roles and the database stay on purpose, what every database has with what Citus knows of it.
  WHERE o.type NOT IN ('role', 'database') AND d.objid >= 16384
  UNION ALL SELECT 'owner of schema ' || nspname, nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public'
  UNION ALL
  SELECT 'privileges on schema ' || nspname,
    (SELECT string_agg(acl::text, ' ' ORDER BY acl::text) FROM unnest(coalesce(nspacl, acldefault('n', nspowner))) acl)
  FROM pg_namespace WHERE nspname = 'public'
  UNION ALL
  SELECT 'privileges on language ' || lanname,
    (SELECT string_agg(acl::text, ' ' ORDER BY acl::text) FROM unnest(coalesce(lanacl, acldefault('l', lanowner))) acl)
  FROM pg_language WHERE oid < 16384
  UNION ALL
  SELECT concat_ws(' ', 'comment on', o.type, o.identity), description
  FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) o
  WHERE d.classoid IN ('pg_namespace'::regclass, 'pg_extension'::regclass, 'pg_language'::regclass)
) AS states
