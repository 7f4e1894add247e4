import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import {
  type Context,
  EnvironmentError,
  quietContext,
  quoteIdentifier,
  quoteLiteral,
  UsageError,
} from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import type { ClusterOptions, NodeRole } from '../cluster.ts';
import { prepareCitusImage } from '../containers/citus-image.ts';
import { createCitusDatabase } from '../database/citus-database.ts';
import { databaseUrl } from '../database/database-url.ts';
import { furnish } from '../database/furnish.ts';
import { scramVerifier } from '../database/scram-verifier.ts';
import { checkExtensions } from '../local/installation.ts';
import { findProvider, type Provider } from '../provider.ts';
import {
  machineResources,
  type Resources,
  roleSettings,
  toServerSettings,
} from '../settings/role-settings.ts';
import type { ServerSettings } from '../settings/server-settings.ts';
import { settleAll } from '../settle-all.ts';
import {
  type ClusterRecord,
  checkClusterName,
  claimName,
  clusterDirectory,
  readRecord,
  writeRecord,
} from './cluster-record.ts';
import { clusterUrl, type NamedCluster, openCluster } from './named-cluster.ts';
import { nodeHost } from './node-host.ts';
import { type ClaimedPorts, checkPortsAreFree, claimPorts, releasePorts } from './port-claims.ts';

/** What a named cluster is started with; all of it is kept for the next start. */
export interface UpOptions extends Omit<ClusterOptions, 'settings'> {
  readonly name: string;
  /** Default: what {@link findProvider} finds; an existing cluster cannot be started. */
  readonly provider?: Provider;
  /** The coordinator's TCP port on the loopback address; workers take the next ones. Default: the first free. */
  readonly port?: number;
  /** A superuser; default `postgres`. */
  readonly user?: string;
  /** Default: one is made up. */
  readonly password?: string;
  /** Where Citus is; default `postgres`. */
  readonly database?: string;
  /** Default: {@link machineResources}. */
  readonly resources?: Resources;
  /** Lines of postgresql.conf by role, over those that {@link roleSettings} derives. */
  readonly settings?: Readonly<Partial<Record<NodeRole, ServerSettings>>>;
}

/** What `up` found and did. */
export interface UpResult {
  readonly cluster: NamedCluster;
  readonly url: string;
  /** `created`; `started`: it was there, stopped; `running`: nothing had to be done. */
  readonly outcome: 'created' | 'started' | 'running';
}

/**
 * Makes a cluster that stays until it is taken down, across reboots startable again by the same call: what is there
 * is started, and never changed, whatever the other options say. A new one is complete, or there is nothing of it.
 * Throws {@link EnvironmentError} when it cannot be started.
 */
export async function upCluster(options: UpOptions, context: Context = quietContext()): Promise<UpResult> {
  checkClusterName(options.name);
  const record = await readRecord(options.name);
  if (record?.complete) return startAgain(record, context);
  for (let tries = 1; ; tries++) {
    try {
      return await create(options, context);
    } catch (error) {
      if (options.port !== undefined || tries === mostTries || !isPortLost(error)) throw error;
    }
  }
}

const mostTries = 3;

/** Whether somebody opened one of its ports in the moment between our letting go and its server's coming. */
function isPortLost(error: unknown): boolean {
  const text = error instanceof EnvironmentError ? `${error.message} ${error.hint}` : '';
  return /address already in use|port is already allocated/i.test(text);
}

async function startAgain(record: ClusterRecord, context: Context): Promise<UpResult> {
  const cluster = await openCluster(record);
  const states = await Promise.all(cluster.nodes.map((node) => node.isRunning()));
  const stopped = cluster.nodes.filter((_, index) => states[index] !== true);
  const url = clusterUrl(record);
  if (stopped.length === 0) return { cluster, url, outcome: 'running' };
  context.emit({ kind: 'phase', phase: `starting ${stopped.map(({ label }) => label).join(', ')}` });
  const ports = record.nodes.filter((_, index) => states[index] !== true).map(({ port }) => port);
  await checkPortsAreFree(record.name, ports);
  await settleAll(stopped.map((node) => node.start()));
  return { cluster, url, outcome: 'started' };
}

async function create(options: UpOptions, context: Context): Promise<UpResult> {
  const provider = options.provider ?? (await findProvider());
  const origin = await originOf(provider, options.extensions ?? [], context);
  const { name } = options;
  await claimName(name);
  let record: ClusterRecord | undefined;
  let claimed: ClaimedPorts | undefined;
  try {
    claimed = await claimPorts(name, {
      count: options.workers + 1,
      ...(options.port === undefined ? {} : { first: options.port }),
    });
    record = {
      version: 1,
      name,
      ...origin,
      createdAt: new Date().toISOString(),
      complete: false,
      user: options.user ?? 'postgres',
      password: options.password ?? randomBytes(12).toString('base64url'),
      database: options.database ?? 'postgres',
      nodes: claimed.ports.map((port, index) =>
        index === 0
          ? { label: 'coordinator', role: 'coordinator', port }
          : { label: `worker-${index}`, role: 'worker', port },
      ),
      settings: settingsByRole(options),
    };
    await writeRecord(record);
    const cluster = await startNew(record, { ...options, letGo: claimed.letGo }, context);
    record = { ...record, complete: true };
    await writeRecord(record);
    return { cluster: { ...cluster, record }, url: clusterUrl(record), outcome: 'created' };
  } catch (error) {
    await claimed?.letGo();
    if (record) await nodeHost(record).remove(record);
    await releasePorts(name);
    await rm(clusterDirectory(name), { recursive: true, force: true });
    throw error;
  }
}

/** The settings that each role would get. */
export function settingsByRole(
  options: Pick<UpOptions, 'workers' | 'resources' | 'settings'>,
): Readonly<Record<NodeRole, ServerSettings>> {
  const resources = options.resources ?? machineResources(options.workers);
  const of = (role: NodeRole): ServerSettings => ({
    ...toServerSettings(roleSettings(role, resources)),
    ...options.settings?.[role],
  });
  return { coordinator: of('coordinator'), worker: of('worker') };
}

async function originOf(
  provider: Provider,
  extensions: readonly string[],
  context: Context,
): Promise<Pick<ClusterRecord, 'provider' | 'binDirectory' | 'image'>> {
  switch (provider.kind) {
    case 'local':
      await checkExtensions(provider.installation, ['citus', ...extensions]);
      return { provider: 'local', binDirectory: provider.installation.binDirectory };
    case 'containers':
      return {
        provider: 'containers',
        image: provider.image ?? (await prepareCitusImage(process.env, context)),
      };
    case 'existing':
      throw new UsageError('an existing cluster runs already, and cannot be started under a name', {
        hint: 'Give its URL to the other commands: --cluster postgres://….',
      });
    default:
      return provider satisfies never;
  }
}

async function startNew(
  record: ClusterRecord,
  options: UpOptions & Pick<ClaimedPorts, 'letGo'>,
  { emit, signal }: Context,
): Promise<NamedCluster> {
  const host = nodeHost(record);
  const step = (phase: string): void => {
    signal.throwIfAborted();
    emit({ kind: 'phase', phase });
  };
  step('making data directories');
  await settleAll(record.nodes.map((node) => host.create(record, node)));
  const cluster = await openCluster(record);
  step('starting nodes');
  await options.letGo();
  await settleAll(cluster.nodes.map((node) => node.start()));
  step('registering nodes');
  await createCitusDatabase(cluster.nodes, record.database);
  const [coordinator] = cluster.nodes;
  if (!coordinator) throw new RangeError(`a cluster cannot have ${options.workers} workers`);
  await createUser(record, coordinator.url);
  await furnish(databaseUrl(coordinator.url, record.database), options);
  step('checking that its user can log in');
  for (const node of record.nodes) {
    await using _session = await connect(clusterUrl(record, node));
  }
  return cluster;
}

async function createUser(
  { user, password, database }: ClusterRecord,
  coordinatorUrl: string,
): Promise<void> {
  await using connection = await connect(databaseUrl(coordinatorUrl, database));
  // Citus passes roles on to all nodes that are registered, and to those that will be.
  const verb = user === 'postgres' ? 'ALTER' : 'CREATE';
  await connection.query(
    `${verb} ROLE ${quoteIdentifier(user)} SUPERUSER LOGIN PASSWORD ${quoteLiteral(scramVerifier(password))}`,
  );
}
