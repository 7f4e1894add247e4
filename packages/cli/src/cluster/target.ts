import {
  type Coordinator,
  clusterState,
  clusterUrl,
  findCluster,
  listClusters,
  type NamedCluster,
  openCoordinator,
} from '@shardwright/cluster';
import { EnvironmentError, UsageError } from '@shardwright/core';
import type { ConnectOptions } from '@shardwright/postgres';
import type { Arguments } from '../arguments.ts';
import type { CommandIo } from '../command-io.ts';
import { withoutPassword } from './without-password.ts';

/** The cluster that a command works on. */
export interface Target {
  /** Its name, or its address without a password. */
  readonly label: string;
  /** The coordinator, with the password if one is known. */
  readonly url: string;
  /** What a suggested command line needs behind it to mean this cluster as well: ` --cluster shop`, or nothing. */
  readonly option: string;
  /** There when it was started here under a name. */
  readonly named?: NamedCluster;
  /** Throws {@link EnvironmentError} when it is known to be stopped. */
  requireRunning(): Promise<void>;
  /** A session on the coordinator. Throws {@link EnvironmentError} when the cluster is stopped. */
  connect(options?: ConnectOptions): Promise<Coordinator>;
}

const applicationName = 'shardwright cluster';

/**
 * The cluster of `--cluster` or SHARDWRIGHT_CLUSTER, else the only one that was started here. Throws
 * {@link UsageError} when there is none, or several to choose from.
 */
export async function openTarget(args: Arguments, io: CommandIo): Promise<Target> {
  const wanted = wantedCluster(args, io);
  const option = wanted === undefined || args.text('cluster') === undefined ? '' : optionOf(wanted);
  const target =
    wanted?.kind === 'url' ? ofUrl(wanted.url, io) : ofName(wanted?.name ?? (await onlyName()), io);
  return { ...(await target), option };
}

/** Without its password, which is not printed. */
function optionOf(wanted: Wanted): string {
  if (wanted.kind === 'name') return ` --cluster ${wanted.name}`;
  // Whoever connects to it says what is wrong with it.
  return URL.canParse(wanted.url) ? ` --cluster '${withoutPassword(wanted.url)}'` : '';
}

/** A name that was given to one of the clusters of this machine. Throws {@link UsageError} for an address. */
export function wantedName(args: Arguments, io: CommandIo): string | undefined {
  const wanted = wantedCluster(args, io);
  if (wanted?.kind !== 'url') return wanted?.name;
  throw new UsageError('this is for clusters that are started here, by their names, not for an address', {
    hint: 'cluster list tells the names.',
  });
}

/** The name of the only cluster that was started here. Throws {@link UsageError} when there is none, or several. */
export async function onlyName(): Promise<string> {
  const names = await finishedNames();
  const [only, second] = names;
  if (only === undefined) {
    throw new UsageError('there is no cluster here', {
      hint: 'start one with cluster up, or name another with --cluster postgres://user@host/database.',
    });
  }
  if (second === undefined) return only;
  throw new UsageError(`there are ${names.length} clusters here`, {
    hint: `say which with --cluster or SHARDWRIGHT_CLUSTER: ${names.join(', ')}.`,
  });
}

type Wanted =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'name'; readonly name: string };

function wantedCluster(args: Arguments, io: CommandIo): Wanted | undefined {
  const text = args.text('cluster') ?? (io.env.SHARDWRIGHT_CLUSTER || undefined);
  if (text === undefined) return undefined;
  if (!text.includes('/')) return { kind: 'name', name: text };
  if (/^postgres(ql)?:\/\//i.test(text)) {
    io.secrets.addUrl(text);
    return { kind: 'url', url: text };
  }
  throw new UsageError('what should say which cluster is neither a name nor a postgres:// address', {
    hint: 'cluster list tells the names; an address is written as postgres://user@host:5432/database.',
  });
}

function ofUrl(url: string, io: CommandIo): Omit<Target, 'option'> {
  return {
    label: io.secrets.redact(url),
    url,
    requireRunning: async () => {},
    connect: (options) => openCoordinator(url, { applicationName, ...options }),
  };
}

async function ofName(name: string, io: CommandIo): Promise<Omit<Target, 'option'>> {
  const named = await findCluster(name);
  if (named === undefined) throw await unknownName(name);
  const url = clusterUrl(named.record);
  io.secrets.addUrl(url);
  const requireRunning = async (): Promise<void> => {
    if ((await clusterState(named)) !== 'stopped') return;
    throw new EnvironmentError(`the cluster ${name} is stopped`, {
      hint: `start it with: cluster up --name ${name}`,
    });
  };
  return {
    label: name,
    url,
    named,
    requireRunning,
    connect: async (options) => {
      await requireRunning();
      return openCoordinator(url, { applicationName, labels: named.nodes, ...options });
    },
  };
}

async function unknownName(name: string): Promise<UsageError> {
  const listed = await listClusters();
  const message = `there is no cluster named ${name}`;
  if (listed.some((one) => one.name === name && one.state === 'unfinished')) {
    return new UsageError(`${message}: its start was interrupted`, {
      hint: `wait if it is just starting; else remove what is left with: cluster down --stale`,
    });
  }
  const names = listed.filter(({ state }) => state !== 'unfinished').map((one) => one.name);
  return new UsageError(message, {
    hint:
      names.length === 0
        ? `start it with: cluster up --name ${name}`
        : `there are ${names.join(', ')}; any other cluster is named by its postgres:// address.`,
  });
}

async function finishedNames(): Promise<readonly string[]> {
  return (await listClusters()).filter(({ state }) => state !== 'unfinished').map(({ name }) => name);
}
