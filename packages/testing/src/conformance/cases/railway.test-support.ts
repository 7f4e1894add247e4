import { ask, type Case, type Chapter, given, type Place } from '../conformance-case.test-support.ts';
import { askForPasswords, passwordsOnlyLocal } from './passwords.test-support.ts';
import { links, orders } from './shop.test-support.ts';

const own: Place = { kind: 'database', citus: 'registered' };

const registering: readonly Case[] = [
  {
    id: 'workers-without-wal-level-logical',
    form: 'wrong',
    claim: 'wal_level logical on the coordinator alone does not help: it is the workers that move shards.',
    place: { kind: 'cluster', workers: 2, settings: { worker: { wal_level: 'replica' } } },
    steps: [
      given(orders),
      'SELECT success, result AS wal_level FROM run_command_on_all_nodes($$SHOW wal_level$$)',
      "SELECT citus_drain_node('worker-2', 5432, shard_transfer_mode => 'force_logical')",
    ],
  },
  {
    id: 'register-again',
    form: 'right',
    claim:
      'A registrar may run again and again: what is registered stays as it is, and health is checked each time.',
    steps: [
      "SELECT citus_set_coordinator_host('coordinator', 5432)",
      given("SELECT citus_add_node('worker-1', 5432)"),
      given("SELECT citus_add_node('worker-2', 5432)"),
      'SELECT count(*) AS nodes FROM pg_dist_node',
      'SELECT count(*) AS links, bool_and(result) AS healthy FROM citus_check_cluster_node_health()',
    ],
  },
  {
    id: 'update-node',
    form: 'right',
    claim: 'After a failover citus_update_node sends the cluster to the new host of the same node.',
    place: own,
    steps: [
      given("SELECT citus_remove_node('worker-2', 5432)"),
      `SELECT citus_update_node(nodeid, 'worker-2', 5432, true, 1000)
       FROM pg_dist_node WHERE groupid > 0`,
      // Metadata follow in the background; until then the other nodes do not know of it.
      { kind: 'wait', until: '(SELECT bool_and(metadatasynced) FROM pg_dist_node WHERE hasmetadata)' },
      'SELECT node_name, node_port FROM citus_get_active_worker_nodes()',
      ask('worker-2', 'SELECT node_name, node_port FROM citus_get_active_worker_nodes()'),
    ],
  },
  {
    id: 'update-node-to-registered-host',
    form: 'wrong',
    claim: 'The new host must not be registered as another node.',
    steps: [
      `SELECT citus_update_node(nodeid, 'worker-2', 5432, true, 1000)
       FROM pg_dist_node WHERE groupid > 0 ORDER BY groupid LIMIT 1`,
    ],
  },
];

const pair: Place = { kind: 'cluster', workers: 1 };

const passwords: readonly Case[] = [
  {
    id: 'password-in-node-conninfo',
    form: 'wrong',
    claim: 'citus.node_conninfo takes no password.',
    steps: ["ALTER SYSTEM SET citus.node_conninfo = 'sslmode=prefer password=secret'"],
  },
  {
    id: 'pgpassword-at-first-start-only',
    form: 'wrong',
    claim: 'Nodes that have PGPASSWORD at their first start only lose one another at the next.',
    place: pair,
    onlyLocal: passwordsOnlyLocal,
    steps: [
      ...askForPasswords,
      { kind: 'restart', pgpassword: 'secret' },
      links,
      { kind: 'restart' },
      "SELECT citus_check_connection_to_node('worker-1', 5432)",
      links,
    ],
  },
  {
    id: 'pgpassword-at-every-start',
    form: 'right',
    claim: 'With PGPASSWORD set for good on every node they find one another after any restart.',
    place: pair,
    onlyLocal: passwordsOnlyLocal,
    steps: [
      ...askForPasswords,
      { kind: 'restart', pgpassword: 'secret' },
      { kind: 'restart', pgpassword: 'secret' },
      links,
    ],
  },
];

const platform = 'it is about the hosting platform';

/** A template for a hosting platform: a coordinator, two workers and a registrar. */
export const railway: Chapter = {
  name: 'railway',
  title: 'A template for a hosting platform',
  cases: [...registering, ...passwords],
  notRun: [
    {
      what: 'the registrar’s search for worker1 … worker20 in four patterns',
      why: 'it is a program, about names in a private network',
    },
    {
      what: 'POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, DATABASE_URL, health-check paths, volumes',
      why: platform,
    },
    { what: 'access rules for private networks that have IPv6 only', why: platform },
    {
      what: 'scaling by duplicating a service',
      why: `${platform}; what Citus has to say is in compose-scripts.md`,
    },
  ],
};
