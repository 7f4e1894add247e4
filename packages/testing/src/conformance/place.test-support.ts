import { randomBytes } from 'node:crypto';
import {
  type CitusNode,
  type Cluster,
  type ClusterOptions,
  copyCitusDatabase,
  createCitusTemplate,
  databaseUrl,
  dropCitusDatabase,
  type Provider,
  type RunningNode,
  startCluster,
} from '@shardwright/cluster';
import { EnvironmentError } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import type { Case, Place } from './conformance-case.test-support.ts';
import { type LabelledNode, labelNodes } from './node-names.test-support.ts';
import { startingServers } from './server-environment.test-support.ts';
import { takeTurns } from './turns.test-support.ts';

/** Where a case runs. */
export interface OpenPlace extends AsyncDisposable {
  /** Their URLs lead to the case's database. */
  readonly nodes: readonly LabelledNode[];
  /** A name that no other run has, and that must not show; absent where it is always the same. */
  readonly database?: string;
  /** The nodes of the case's own cluster, to be restarted. */
  readonly running?: readonly RunningNode[];
}

/** What places are made from. */
export interface PlaceSource {
  readonly provider: Provider;
  /** The nodes of the run's cluster, coordinator first. */
  readonly nodes: readonly CitusNode[];
  /** A Citus database on them. */
  readonly database: string;
  /** A cluster for databases of cases' own, where one could be started. */
  readonly playground?: Cluster;
}

/** Workers of the places that are not clusters of their own. */
export const workers = 2;

const password = 'secret';
const template = 'conformance_template';

/** Why a case cannot run with a provider; `undefined` when it can. */
export function whyNot({ place = shared, onlyLocal }: Case, provider: Provider): string | undefined {
  if (onlyLocal !== undefined && provider.kind !== 'local') return onlyLocal;
  return place.kind !== 'shared' && provider.kind === 'existing'
    ? "it changes nodes, and CITUS_URL's are somebody else's"
    : undefined;
}

/** The place of cases that name none. */
export const shared: Place = { kind: 'shared' };

// In the shared database one case after another; on the playground too, since databases share the roles of their
// nodes, and two nodes that are added at once fail with `tuple concurrently updated`.
const turns = { shared: takeTurns(), database: takeTurns() };

/** Does something in a place, once it is ready and free. Throws {@link EnvironmentError} when servers do not start. */
export async function inPlace<Result>(
  place: Place,
  source: PlaceSource,
  work: (place: OpenPlace) => Promise<Result>,
): Promise<Result> {
  const run = async () => {
    await using opened = await openPlace(place, source);
    return await work(opened);
  };
  return place.kind === 'cluster' ? run() : turns[place.kind](run);
}

/** Starts the cluster that {@link PlaceSource} offers for databases of cases' own. */
export async function startPlayground(provider: Provider): Promise<Cluster> {
  const cluster = await startServers({ workers }, provider);
  await createCitusTemplate(cluster.nodes, template);
  return cluster;
}

async function openPlace(place: Place, source: PlaceSource): Promise<OpenPlace> {
  switch (place.kind) {
    case 'shared':
      return openShared(source);
    case 'database':
      return openDatabase(place.citus, source.playground?.nodes ?? []);
    case 'cluster':
      return openCluster(place, source.provider);
    default:
      return place satisfies never;
  }
}

async function openShared({ nodes, database }: PlaceSource): Promise<OpenPlace> {
  const ours = inDatabase(nodes, database);
  await using connection = await connect(ours[0]?.url ?? '');
  await connection.query(emptyDatabase);
  return { nodes: labelNodes(ours), database, [Symbol.asyncDispose]: async () => {} };
}

// Not the schema: views of Citus lie in it, and dropping those takes the extension along. Shards are counted from the
// start again, so that a new case changes no other's answer.
const emptyDatabase = `
  SET client_min_messages = warning;
  DO $$
    DECLARE tables text;
    BEGIN
      SELECT string_agg(oid::regclass::text, ', ') INTO tables FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition;
      IF tables IS NOT NULL THEN EXECUTE 'DROP TABLE ' || tables || ' CASCADE'; END IF;
    END
  $$;
  ALTER SEQUENCE pg_dist_shardid_seq RESTART;
`;

async function openDatabase(
  citus: 'registered' | 'installed' | 'absent',
  nodes: readonly CitusNode[],
): Promise<OpenPlace> {
  const database = `conformance_${randomBytes(6).toString('hex')}`;
  if (citus === 'registered') {
    await copyCitusDatabase(nodes, template, database);
  } else {
    for (const node of nodes) {
      await using maintenance = await connect(node.url);
      await maintenance.query('SET citus.enable_ddl_propagation = off');
      await maintenance.query(`CREATE DATABASE ${database}`);
      if (citus === 'absent') continue;
      await using connection = await connect(databaseUrl(node.url, database));
      await connection.query('CREATE EXTENSION citus');
    }
  }
  return {
    nodes: labelNodes(inDatabase(nodes, database)),
    database,
    [Symbol.asyncDispose]: () => dropCitusDatabase(nodes, database),
  };
}

async function openCluster(options: ClusterOptions, provider: Provider): Promise<OpenPlace> {
  const cluster = await startServers(options, provider);
  if (cluster.provider === 'existing') throw new EnvironmentError('a cluster of its own was asked for');
  return {
    nodes: labelNodes(cluster.nodes.map((node) => ({ ...node, url: withPassword(node.url) }))),
    running: cluster.nodes,
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

function startServers({ workers, settings }: ClusterOptions, provider: Provider): Promise<Cluster> {
  // Else Citus looks every five seconds only whether there is something to do in the background.
  const coordinator = { 'citus.background_task_queue_interval': '200ms', ...settings?.coordinator };
  return startingServers(undefined, () =>
    startCluster({ provider, workers, settings: { ...settings, coordinator } }),
  );
}

function inDatabase(nodes: readonly CitusNode[], database: string): readonly CitusNode[] {
  return nodes.map((node) => ({ ...node, url: databaseUrl(node.url, database) }));
}

/** For cases that make servers ask for one. */
function withPassword(url: string): string {
  const changed = new URL(url);
  if (changed.password === '') changed.password = password;
  return changed.href;
}
