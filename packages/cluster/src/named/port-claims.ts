import { once } from 'node:events';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { EnvironmentError } from '@shardwright/core';
import { stateDirectory } from './state-directory.ts';

// Those of Citus' own examples; each cluster begins at a multiple of ten.
const firstPort = 9700;
const portStep = 10;
const lastPort = 65_535;

/** Ports that a cluster has taken, and that nobody else can open until they are let go. */
export interface ClaimedPorts {
  readonly ports: readonly number[];
  /** For the servers that are about to open them; the claim itself stays. */
  letGo(): Promise<void>;
}

/**
 * Takes ports in a row for a cluster, which keeps them while it is stopped too: from the one given, else the first
 * that nobody uses. Clusters of other users and homes are known by the ports that they have open, so these are kept
 * open until the servers come. Throws {@link EnvironmentError} when one that was asked for is taken.
 */
export async function claimPorts(
  cluster: string,
  { count, first }: { readonly count: number; readonly first?: number },
): Promise<ClaimedPorts> {
  if (first !== undefined) {
    const claimed = await claimRow(cluster, row(first, count));
    if (typeof claimed !== 'string') return claimed;
    throw new EnvironmentError(`cannot start ${cluster} at port ${first}: ${claimed}`, {
      hint: `It needs the ports ${first} to ${first + count - 1}; choose others with --port, or leave it out.`,
    });
  }
  for (let start = firstPort; start + count - 1 <= lastPort; start += portStep) {
    const claimed = await claimRow(cluster, row(start, count));
    if (typeof claimed !== 'string') return claimed;
  }
  throw new EnvironmentError(`no ${count} free ports in a row from ${firstPort} on`, {
    hint: 'Remove clusters that are no longer needed: cluster list.',
  });
}

/** Throws {@link EnvironmentError} when another program listens on a port that a cluster is about to open. */
export async function checkPortsAreFree(cluster: string, ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const held = await hold(port);
    if (typeof held !== 'string') {
      await close(held);
      continue;
    }
    throw new EnvironmentError(`cannot start ${cluster}: ${held}`, {
      hint: 'End that program, then start the cluster again; its ports cannot change while it holds data.',
    });
  }
}

/** Gives back ports of a cluster, all unless some are named. */
export async function releasePorts(cluster: string, ports?: readonly number[]): Promise<void> {
  for (const port of ports ?? (await portsOf(cluster))) {
    if ((await claimant(port)) === cluster) await rm(claimFile(port), { force: true });
  }
}

/** The ports that a cluster holds. */
export async function portsOf(cluster: string): Promise<readonly number[]> {
  return (await listClaims()).filter((claim) => claim.cluster === cluster).map(({ port }) => port);
}

/** Clusters that hold ports. */
export async function listClaimants(): Promise<ReadonlySet<string>> {
  return new Set((await listClaims()).map(({ cluster }) => cluster));
}

async function listClaims(): Promise<readonly { readonly port: number; readonly cluster: string }[]> {
  const ports = (await readdir(claimsDirectory()).catch(() => [])).map(Number);
  const claimants = await Promise.all(ports.map(claimant));
  return ports.flatMap((port, index) => {
    const cluster = claimants[index];
    return cluster === undefined ? [] : { port, cluster };
  });
}

function row(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** Takes all of them, or says which is taken and takes none. */
async function claimRow(cluster: string, ports: readonly number[]): Promise<ClaimedPorts | string> {
  const claimed: number[] = [];
  const servers: Server[] = [];
  const letGo = async (): Promise<void> => {
    await Promise.all(servers.splice(0).map(close));
  };
  for (const port of ports) {
    let refusal = await claim(cluster, port);
    if (refusal === undefined) {
      claimed.push(port);
      const held = await hold(port);
      if (typeof held === 'string') refusal = held;
      else servers.push(held);
    }
    if (refusal !== undefined) {
      await letGo();
      await Promise.all(claimed.map((one) => rm(claimFile(one), { force: true })));
      return refusal;
    }
  }
  return { ports, letGo };
}

/** Of several processes at once only one creates the file. */
async function claim(cluster: string, port: number): Promise<string | undefined> {
  await mkdir(claimsDirectory(), { recursive: true, mode: 0o755 });
  try {
    await using file = await open(claimFile(port), 'wx');
    await file.write(cluster);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return `port ${port} belongs to the cluster ${(await claimant(port)) ?? 'that is just starting'}`;
  }
}

/** Opens a port, or says why it cannot be opened. */
async function hold(port: number): Promise<Server | string> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    return code === 'EADDRINUSE'
      ? `another program listens on port ${port}`
      : `this machine refuses port ${port} (${code})`;
  }
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

async function claimant(port: number): Promise<string | undefined> {
  const name = await readFile(claimFile(port), 'utf8').catch(() => '');
  return name === '' ? undefined : name;
}

function claimsDirectory(): string {
  return path.join(stateDirectory(), 'ports');
}

function claimFile(port: number): string {
  return path.join(claimsDirectory(), String(port));
}
