import { EnvironmentError, UsageError } from '@shardwright/core';
import { type Connection, type ConnectOptions, connect, type ServerNotice } from '@shardwright/postgres';
import { formatNode, isSameNode, type NodeAddress } from './node-address.ts';

/** What nodes of a cluster are called, beside their address. */
export interface LabelledNode extends NodeAddress {
  readonly label: string;
}

/** A session on the coordinator of a cluster, where all operations belong. */
export interface Coordinator extends Connection {
  /** Runs `work` and gives what the server said meanwhile: there Citus puts its reasons. */
  listen<Result>(
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly notices: readonly ServerNotice[] }>;
  /** A node for messages: its label where it has one, else {@link formatNode}. */
  readonly nameOf: (node: NodeAddress) => string;
  /** One more session like this one. */
  another(): Promise<Coordinator>;
}

/**
 * Opens a session on a cluster's coordinator. Throws {@link EnvironmentError} where the database has no Citus,
 * and {@link UsageError} where the URL leads to a worker.
 */
export async function openCoordinator(
  url: string,
  options: ConnectOptions & { readonly labels?: readonly LabelledNode[] } = {},
): Promise<Coordinator> {
  const { labels = [], ...connectOptions } = options;
  let heard: ServerNotice[] = [];
  const connection = await connect(url, {
    ...connectOptions,
    onNotice: (notice) => {
      heard.push(notice);
      options.onNotice?.(notice);
    },
  });
  try {
    await requireCoordinator(connection);
  } catch (error) {
    await connection.end();
    throw error;
  }
  return {
    ...connection,
    listen: async (work) => {
      heard = [];
      return { result: await work(), notices: heard };
    },
    nameOf: (node) => labels.find((labelled) => isSameNode(labelled, node))?.label ?? formatNode(node),
    another: () => openCoordinator(url, options),
  };
}

async function requireCoordinator(connection: Connection): Promise<void> {
  const [database] = await connection.query<{ hasCitus: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS "hasCitus"`,
  );
  if (!database?.hasCitus) {
    throw new EnvironmentError(`${connection.target} has no extension citus`, {
      hint: "Name the cluster's database in the URL; an extension belongs to one database.",
    });
  }
  const [group] = await connection.query<{ id: number; coordinator: string | null }>(
    `SELECT groupid AS id,
            (SELECT nodename || ':' || nodeport FROM pg_dist_node WHERE groupid = 0 LIMIT 1) AS coordinator
     FROM pg_dist_local_group`,
  );
  if (!group || group.id === 0) return;
  throw new UsageError(`${connection.target} is a worker, not the coordinator`, {
    hint: `Connect to the coordinator${group.coordinator === null ? '' : `, which it knows as ${group.coordinator}`}.`,
  });
}
