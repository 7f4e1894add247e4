import { type Case, type Chapter, given, type Place, type Step } from '../conformance-case.test-support.ts';
import { askForPasswords, passwordsOnlyLocal } from './passwords.test-support.ts';
import { links } from './shop.test-support.ts';

const chunks = `CREATE TABLE chunks (channel_id bigint, id bigint, embedding vector(1536), PRIMARY KEY (channel_id, id));
SELECT create_distributed_table('chunks', 'channel_id', shard_count := 4);
CREATE INDEX chunks_embedding ON chunks USING hnsw (embedding vector_cosine_ops)`;
const someChunks = `INSERT INTO chunks SELECT g % 5, g, ('[' || repeat('0.' || g || ',', 1535) || '1]')::vector
FROM generate_series(1, 50) g`;
const byIndex: readonly Step[] = [
  given("SET citus.propagate_set_commands = 'local'"),
  given('BEGIN'),
  given('SET LOCAL enable_sort = off'),
  given('SET LOCAL enable_seqscan = off'),
];
const nearest = `SELECT id FROM chunks WHERE channel_id = 3
       ORDER BY embedding <=> (SELECT ('[' || repeat('0.13,', 1535) || '1]')::vector) LIMIT 3`;

const vectors: readonly Case[] = [
  {
    id: 'chunks-without-channel-in-key',
    form: 'wrong',
    claim: 'chunks with the primary key id cannot be distributed by channel_id.',
    extension: 'vector',
    steps: [
      given('CREATE EXTENSION IF NOT EXISTS vector'),
      given('CREATE TABLE chunks (id bigint PRIMARY KEY, channel_id bigint, embedding vector(1536))'),
      "SELECT create_distributed_table('chunks', 'channel_id')",
    ],
  },
  {
    id: 'chunks-with-channel-in-key',
    form: 'right',
    claim: 'With (channel_id, id) it can, and a search within a channel goes to one shard and its index.',
    extension: 'vector',
    steps: [
      given('CREATE EXTENSION IF NOT EXISTS vector'),
      given(chunks),
      given(someChunks),
      nearest,
      ...byIndex,
      `EXPLAIN (COSTS off) ${nearest}`,
    ],
  },
];

const databases: readonly Case[] = [
  {
    id: 'citus-in-schema-public',
    form: 'wrong',
    claim: 'Citus cannot be created in the schema public.',
    place: { kind: 'database', citus: 'absent' },
    steps: ['CREATE EXTENSION citus SCHEMA public'],
  },
  {
    id: 'citus-in-schema-pg-catalog',
    form: 'right',
    claim: 'It can in pg_catalog, or with no schema named.',
    place: { kind: 'database', citus: 'absent' },
    steps: [
      'CREATE EXTENSION citus SCHEMA pg_catalog',
      "SELECT extnamespace::regnamespace AS schema FROM pg_extension WHERE extname = 'citus'",
    ],
  },
  {
    id: 'citus-not-preloaded',
    form: 'wrong',
    claim: 'A server that has not preloaded Citus cannot create it.',
    place: { kind: 'cluster', workers: 0, settings: { coordinator: { shared_preload_libraries: '' } } },
    onlyLocal: 'in a container it is the image that creates it, and fails in its own words',
    steps: ['SELECT 1'],
  },
];

const authinfo =
  "INSERT INTO pg_dist_authinfo (nodeid, rolename, authinfo) VALUES (0, 'postgres', 'password=secret')";

const passwords: readonly Case[] = [
  {
    id: 'authinfo-on-coordinator',
    form: 'wrong',
    claim:
      'Passwords in the coordinator’s pg_dist_authinfo do not let workers in anywhere: 12 of 16 links fail.',
    place: { kind: 'cluster', workers: 3 },
    onlyLocal: passwordsOnlyLocal,
    steps: [
      ...askForPasswords,
      { kind: 'restart' },
      given(authinfo),
      `SELECT from_nodename, from_nodeport, count(*) AS links, count(*) FILTER (WHERE result) AS healthy
       FROM citus_check_cluster_node_health() GROUP BY 1, 2 ORDER BY 2, 1`,
    ],
  },
  {
    id: 'authinfo-on-every-node',
    form: 'right',
    claim: 'On every node they do.',
    place: { kind: 'cluster', workers: 3 },
    onlyLocal: passwordsOnlyLocal,
    steps: [...askForPasswords, { kind: 'restart' }, given(authinfo, 'every node'), links],
  },
];

const spilo: readonly Case[] = [
  {
    id: 'wal-level-hot-standby',
    form: 'wrong',
    claim: 'The old name hot_standby is taken and means replica.',
    place: {
      kind: 'cluster',
      workers: 0,
      settings: { coordinator: { wal_level: 'hot_standby' } },
    },
    steps: ['SHOW wal_level'],
  },
];

const orders = `CREATE TABLE orders (customer_id bigint, total numeric);
SELECT create_distributed_table('orders', 'customer_id', shard_count := 2);
INSERT INTO orders VALUES (1, 10), (2, 20), (3, 30)`;
const asAfterUpgrade = `DO $$ DECLARE catalog regclass; BEGIN
  FOR catalog IN SELECT oid FROM pg_class
    WHERE relname LIKE 'pg_dist_%' AND relkind = 'r' AND relnamespace = 'pg_catalog'::regnamespace
  LOOP EXECUTE 'DELETE FROM ' || catalog; END LOOP;
  END $$`;
const own: Place = { kind: 'database', citus: 'registered' };

const backups: readonly Case[] = [
  {
    id: 'finish-without-upgrade',
    form: 'wrong',
    claim: 'citus_finish_pg_upgrade belongs after pg_upgrade, which leaves the catalogs of Citus empty.',
    place: own,
    steps: [given(orders), given('SELECT citus_prepare_pg_upgrade()'), 'SELECT citus_finish_pg_upgrade()'],
  },
  {
    id: 'prepare-and-finish-upgrade',
    form: 'right',
    claim: 'Saved before pg_upgrade and restored after it, on every node, the catalogs are as they were.',
    place: own,
    steps: [
      given(orders),
      given('SET client_min_messages = warning'),
      'SELECT citus_prepare_pg_upgrade()',
      given(asAfterUpgrade),
      'SELECT citus_finish_pg_upgrade()',
      'SELECT count(*) FROM orders',
    ],
  },
  {
    id: 'dump-of-coordinator',
    form: 'wrong',
    claim: 'pg_dump of the coordinator has the rows, and nothing says that the table was distributed.',
    onlyLocal: 'pg_dump here may be older than the server there',
    steps: [given(orders), { kind: 'dump', on: 'coordinator', lines: dumpLines() }],
  },
  {
    id: 'dump-of-worker',
    form: 'wrong',
    claim: 'pg_dump of a worker has all rows of distributed tables as well, not only its own.',
    onlyLocal: 'pg_dump here may be older than the server there',
    steps: [given(orders), { kind: 'dump', on: 'worker-1', lines: dumpLines() }],
  },
  {
    id: 'restore-point',
    form: 'right',
    claim: 'citus_create_restore_point names one moment for the WAL of all nodes.',
    steps: ["SELECT citus_create_restore_point('before_upgrade') IS NOT NULL AS has_position"],
  },
];

/** Rows of the table, and whatever tells of its distribution. */
function dumpLines(): RegExp {
  return /^CREATE TABLE|^COPY|^[0-9]|distributed_table|pg_dist/;
}

const operator = 'it is about Kubernetes or the operator';

/** Clusters of an operator for Kubernetes. */
export const kubernetes: Chapter = {
  name: 'kubernetes',
  title: 'Kubernetes with an operator',
  cases: [...vectors, ...databases, ...passwords, ...spilo, ...backups],
  notRun: [
    { what: 'an init container that waits for its own pod’s PostgreSQL', why: operator },
    { what: 'configTarget, inherited_labels, kustomization and its namespace', why: operator },
    { what: 'LoadBalancer, port-forward, volume resize, rolling image upgrade', why: operator },
    {
      what: 'equal pre-created Secrets for all clusters',
      why: `${operator}; authinfo-on-every-node shows what they have to hold`,
    },
    { what: 'mutual TLS in place of passwords', why: 'it needs an authority that signs certificates' },
    {
      what: 'switchover of an HA pair',
      why: 'it needs a standby; update-node in railway.md is what Citus has to be told',
    },
    { what: 'pg_upgrade itself', why: 'it needs two versions of PostgreSQL with Citus' },
  ],
};
