import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { databaseUrl } from '../database/database-url.ts';
import { isRunning } from '../local/process-table.ts';
import { type ClusterRecord, clusterDirectory, type NodeRecord, writeRecord } from './cluster-record.ts';
import { nodeHost } from './node-host.ts';
import { portsOf, releasePorts } from './port-claims.ts';

interface UnfinishedWorker {
  readonly label: string;
  /** Process id of who adds it. */
  readonly owner: number;
}

/** Says that this process adds a worker; of several at once only one may. Throws {@link EnvironmentError}. */
export async function beginWorker(cluster: string, label: string): Promise<void> {
  const worker: UnfinishedWorker = { label, owner: process.pid };
  try {
    await writeFile(workerFile(cluster), JSON.stringify(worker), { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new EnvironmentError(
      `another process is adding a worker to the cluster ${cluster}, or was killed while it did`,
      { hint: 'Wait for it; if there is none: cluster down --stale.', cause: error },
    );
  }
}

/** Says that what {@link beginWorker} began has come to its end, good or bad. */
export async function endWorker(cluster: string): Promise<void> {
  await rm(workerFile(cluster), { force: true });
}

/** The label of the worker that a cluster was getting when whoever added it was killed. */
export async function findAbandonedWorker(cluster: string): Promise<string | undefined> {
  const worker = await readWorker(cluster);
  return worker && !(await isRunning(worker.owner)) ? worker.label : undefined;
}

/** A cluster's nodes, and what there may be of one that is being added. */
export async function allNodesOf(record: ClusterRecord): Promise<readonly NodeRecord[]> {
  const worker = await readWorker(record.name);
  if (!worker || record.nodes.some(({ label }) => label === worker.label)) return record.nodes;
  const known = new Set(record.nodes.map(({ port }) => port));
  const port = (await portsOf(record.name)).find((one) => !known.has(one));
  return port === undefined ? record.nodes : [...record.nodes, { label: worker.label, role: 'worker', port }];
}

/**
 * Keeps an abandoned worker that Citus knows, since it may hold shards by now, and removes any other with its server,
 * its data and its port. Throws {@link EnvironmentError} while the coordinator, which would know, does not run.
 */
export async function settleAbandonedWorker(record: ClusterRecord, label: string): Promise<void> {
  const node = (await allNodesOf(record)).find((one) => one.label === label);
  if (node && !(await isRegistered(record, node))) {
    await nodeHost(record).removeNode(record, node);
    await writeRecord({ ...record, nodes: record.nodes.filter((one) => one.label !== label) });
    await releasePorts(record.name, [node.port]);
  }
  await endWorker(record.name);
}

async function isRegistered(record: ClusterRecord, node: NodeRecord): Promise<boolean> {
  const host = nodeHost(record);
  const [first] = record.nodes;
  const coordinator = first && (await host.open(record, first));
  if (!(await coordinator?.isRunning())) {
    throw new EnvironmentError(
      `whether ${node.label} is in the cluster ${record.name} cannot be seen while that does not run`,
      { hint: `Start it first: cluster up --name ${record.name}.` },
    );
  }
  const { name, port } = await host.open(record, node);
  await using connection = await connect(databaseUrl(coordinator?.url ?? '', record.database));
  const found = await connection.query('SELECT FROM pg_dist_node WHERE nodename = $1 AND nodeport = $2', [
    name,
    port,
  ]);
  return found.length > 0;
}

async function readWorker(cluster: string): Promise<UnfinishedWorker | undefined> {
  const text = await readFile(workerFile(cluster), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as UnfinishedWorker);
}

function workerFile(cluster: string): string {
  return path.join(clusterDirectory(cluster), 'unfinished-worker');
}
