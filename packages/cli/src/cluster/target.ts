import { clusterState, clusterUrl, findCluster, listClusters, type NamedCluster } from '@shardwright/cluster';
import { EnvironmentError, UsageError } from '@shardwright/core';
import { type Connection, type ConnectOptions, connect } from '@shardwright/postgres';
import type { Arguments } from '../arguments.ts';
import type { CommandIo } from '../command-io.ts';

/** The cluster that a command works on. */
export interface Target {
  /** Its name, or its address without a password. */
  readonly label: string;
  /** The coordinator, with the password if one is known. */
  readonly url: string;
  /** There when it was started here under a name. */
  readonly named?: NamedCluster;
  /** A session on the coordinator, as `shardwright cluster`. Throws {@link EnvironmentError} when it is stopped. */
  connect(options?: ConnectOptions): Promise<Connection>;
}

/**
 * The cluster of `--cluster` or SHARDWRIGHT_CLUSTER, else the only one that was started here. Throws
 * {@link UsageError} when there is none, or several to choose from.
 */
export async function openTarget(args: Arguments, io: CommandIo): Promise<Target> {
  const wanted = args.text('cluster') ?? (io.env.SHARDWRIGHT_CLUSTER || undefined);
  if (wanted !== undefined && /^postgres(ql)?:\/\//i.test(wanted)) return addressed(wanted, io);
  if (wanted?.includes('://')) {
    throw new UsageError('--cluster is neither a name nor an address that starts with postgres://');
  }
  return ofName(wanted ?? (await onlyName()), io);
}

function addressed(url: string, io: CommandIo): Target {
  io.secrets.addUrl(url);
  return {
    label: io.secrets.redact(url),
    url,
    connect: (options) => connect(url, { applicationName, ...options }),
  };
}

const applicationName = 'shardwright cluster';

async function ofName(name: string, io: CommandIo): Promise<Target> {
  const named = await findCluster(name);
  if (named === undefined) throw await unknown(name);
  const url = clusterUrl(named.record);
  io.secrets.addUrl(url);
  return {
    label: name,
    url,
    named,
    connect: async (options) => {
      if ((await clusterState(named)) === 'stopped') {
        throw new EnvironmentError(`the cluster ${name} is stopped`, {
          hint: `start it with: cluster up --name ${name}.`,
        });
      }
      return connect(url, { applicationName, ...options });
    },
  };
}

async function onlyName(): Promise<string> {
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

async function unknown(name: string): Promise<UsageError> {
  const names = await finishedNames();
  return new UsageError(`there is no cluster named ${name}`, {
    hint:
      names.length === 0
        ? `start it with: cluster up --name ${name}.`
        : `there are ${names.join(', ')}; others are named by a postgres:// address.`,
  });
}

async function finishedNames(): Promise<readonly string[]> {
  return (await listClusters()).filter(({ state }) => state !== 'unfinished').map(({ name }) => name);
}
