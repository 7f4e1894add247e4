import { ask, type Case, type Chapter, given } from '../conformance-case.test-support.ts';
import { fourOrders, orders, placements } from './shop.test-support.ts';

const own = { kind: 'database', citus: 'registered' } as const;
const installed = { kind: 'database', citus: 'installed' } as const;

const health: readonly Case[] = [
  {
    id: 'worker-nodes-nodename',
    form: 'wrong',
    claim: 'citus_get_active_worker_nodes has no columns nodename and nodeport.',
    steps: ['SELECT nodename, nodeport FROM citus_get_active_worker_nodes()'],
  },
  {
    id: 'worker-nodes-node-name',
    form: 'right',
    claim: 'They are called node_name and node_port; only the catalog pg_dist_node writes them together.',
    steps: [
      'SELECT node_name, node_port FROM citus_get_active_worker_nodes() ORDER BY 1, 2',
      'SELECT nodename, nodeport, noderole, isactive, shouldhaveshards FROM pg_dist_node ORDER BY groupid',
    ],
  },
  {
    id: 'check-connection-health',
    form: 'wrong',
    claim: 'There is no citus_check_connection_health.',
    steps: ['SELECT * FROM citus_check_connection_health()'],
  },
  {
    id: 'check-cluster-node-health',
    form: 'right',
    claim: 'citus_check_cluster_node_health tries every node from every node, itself included.',
    steps: [
      `SELECT from_nodename, from_nodeport, to_nodename, to_nodeport, result
       FROM citus_check_cluster_node_health() ORDER BY 2, 1, 4, 3`,
    ],
  },
  {
    id: 'check-connection-to-node',
    form: 'right',
    claim: 'citus_check_connection_to_node tries one node from here, registered or not.',
    steps: [
      "SELECT citus_check_connection_to_node('worker-1', 5432)",
      "SELECT citus_check_connection_to_node('/nowhere', 5432)",
    ],
  },
];

const registration: readonly Case[] = [
  {
    id: 'coordinator-by-unreachable-name',
    form: 'wrong',
    claim:
      'A coordinator registered under a name that leads nowhere is accepted; the health check finds it, and later work fails.',
    place: own,
    steps: [
      "SELECT citus_set_coordinator_host('/nowhere', 5432)",
      `SELECT from_nodename, from_nodeport, result FROM citus_check_cluster_node_health()
       WHERE to_nodename = '/nowhere' ORDER BY from_nodename = '/nowhere', 2`,
      given(`CREATE TABLE countries (code text PRIMARY KEY);
SELECT create_reference_table('countries')`),
      ask('worker-1', "INSERT INTO countries VALUES ('FR')"),
    ],
  },
  {
    id: 'coordinator-by-reachable-name',
    form: 'right',
    claim: 'citus_set_coordinator_host gives it a name that they can reach.',
    place: own,
    steps: [
      given("SELECT citus_set_coordinator_host('/nowhere', 5432)"),
      "SELECT citus_set_coordinator_host('coordinator', 5432)",
      'SELECT count(*) AS links, bool_and(result) AS healthy FROM citus_check_cluster_node_health()',
    ],
  },
  {
    id: 'coordinator-as-localhost',
    form: 'wrong',
    claim:
      'A table distributed before the coordinator has a name registers it as localhost, and other hosts are refused.',
    place: installed,
    steps: [
      given("SET citus.local_hostname = 'localhost'"),
      given(orders),
      'SELECT groupid, nodename, shouldhaveshards FROM pg_dist_node',
      "SELECT citus_add_node('worker-1', 5432)",
    ],
  },
  {
    id: 'coordinator-only',
    form: 'right',
    claim: 'Without workers the coordinator holds the shards itself.',
    place: installed,
    steps: [
      given(orders),
      placements,
      'SELECT nodename, nodeport, groupid, shouldhaveshards FROM pg_dist_node',
    ],
  },
  {
    id: 'unreachable-worker',
    form: 'wrong',
    claim: 'A worker that cannot be reached is not registered.',
    steps: [
      "SELECT citus_add_node('/nowhere', 5432)",
      'SELECT count(*) AS workers FROM citus_get_active_worker_nodes()',
    ],
  },
];

const draining: readonly Case[] = [
  {
    id: 'add-node-after-drain',
    form: 'wrong',
    claim: 'A node that was drained and not removed stays without shards when it is added again.',
    place: own,
    steps: [
      given(orders),
      given("SELECT citus_drain_node('worker-2', 5432, shard_transfer_mode => 'block_writes')"),
      given("SELECT citus_add_node('worker-2', 5432)"),
      'SELECT nodename, nodeport, shouldhaveshards FROM pg_dist_node WHERE groupid > 0 ORDER BY groupid',
      'SELECT citus_rebalance_start()',
      placements,
    ],
  },
  {
    id: 'shouldhaveshards-after-drain',
    form: 'right',
    claim: 'Its property shouldhaveshards brings it back.',
    place: own,
    steps: [
      given(orders),
      given("SELECT citus_drain_node('worker-2', 5432, shard_transfer_mode => 'block_writes')"),
      "SELECT citus_set_node_property('worker-2', 5432, 'shouldhaveshards', true)",
      given("SELECT citus_rebalance_start(shard_transfer_mode => 'block_writes')"),
      given('SELECT citus_rebalance_wait()'),
      placements,
    ],
  },
  {
    id: 'drain-in-background',
    form: 'right',
    claim: 'Turning the property off and rebalancing with drain_only drains without waiting.',
    place: own,
    steps: [
      given(orders),
      "SELECT citus_set_node_property('worker-2', 5432, 'shouldhaveshards', false)",
      "SELECT citus_rebalance_start(drain_only => true, shard_transfer_mode => 'block_writes')",
      given('SELECT citus_rebalance_wait()'),
      placements,
    ],
  },
  {
    id: 'disable-and-activate-node',
    form: 'right',
    claim: 'A node without shards can be disabled and activated again.',
    place: own,
    steps: [
      "SELECT citus_disable_node('worker-2', 5432, synchronous => true)",
      'SELECT * FROM citus_get_active_worker_nodes()',
      given("SELECT citus_activate_node('worker-2', 5432)"),
      'SELECT * FROM citus_get_active_worker_nodes() ORDER BY 1, 2',
    ],
  },
];

const rebalancing: readonly Case[] = [
  {
    id: 'rebalance-when-balanced',
    form: 'right',
    claim: 'Where nothing is to be moved citus_rebalance_start returns NULL and says so in a notice.',
    steps: [given(orders), 'SELECT citus_rebalance_start()', 'SELECT count(*) FROM citus_rebalance_status()'],
  },
  {
    id: 'rebalance-while-one-runs',
    form: 'wrong',
    claim: 'While one rebalance runs, a second is refused.',
    place: own,
    steps: [
      given("SELECT citus_remove_node('worker-2', 5432)"),
      given(orders),
      given("SELECT citus_add_node('worker-2', 5432)"),
      // In one transaction, so that the first cannot end before the second is asked for.
      'BEGIN',
      'SELECT citus_rebalance_start()',
      'SELECT citus_rebalance_start()',
      'ROLLBACK',
    ],
  },
  {
    id: 'rebalance-strategies',
    form: 'right',
    claim: 'The default strategy is by_disk_size.',
    steps: ['SELECT name, default_strategy, default_threshold FROM pg_dist_rebalance_strategy ORDER BY name'],
  },
  {
    id: 'rebalance-strategy-by-shard-count',
    form: 'right',
    claim: 'Another one can be named.',
    steps: [given(orders), "SELECT citus_rebalance_start(rebalance_strategy => 'by_shard_count')"],
  },
];

const workerLinks: readonly Case[] = [
  {
    id: 'worker-to-worker',
    form: 'right',
    claim: 'Workers connect to one another: a worker can query tables whose shards are elsewhere.',
    steps: [
      given(orders),
      given(fourOrders),
      ask('worker-1', "SELECT citus_check_connection_to_node('worker-2', 5432)"),
      ask('worker-1', 'SELECT count(*) FROM orders'),
    ],
  },
];

const network = 'it is about networks between machines';

/** A coordinator and workers on servers of their own. */
export const multiServer: Chapter = {
  name: 'multi-server',
  title: 'Several servers',
  cases: [...health, ...registration, ...draining, ...rebalancing, ...workerLinks],
  notRun: [
    { what: 'firewall rules, also between workers, and the hosts file', why: network },
    { what: 'cores and memory of coordinators and workers', why: 'they are advice' },
  ],
};
