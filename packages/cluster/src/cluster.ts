import type { CitusNode } from './database/citus-database.ts';
import type { ServerSettings } from './settings/server-settings.ts';

/** What a node is for. */
export type NodeRole = 'coordinator' | 'worker';

/** Where clusters come from, in the order in which they are tried. */
export const providerNames = ['local', 'containers', 'existing'] as const;

/** One of {@link providerNames}. */
export type ProviderName = (typeof providerNames)[number];

/** What a cluster is started with, whatever it is started from. */
export interface ClusterOptions {
  /** Worker nodes beside the coordinator; 0 makes a single-node cluster whose coordinator holds the shards. */
  readonly workers: number;
  /** Lines of postgresql.conf by role, over this project's defaults. */
  readonly settings?: Readonly<Partial<Record<NodeRole, ServerSettings>>>;
  /** Extensions beside citus, made in the database on every node, e.g. `vector`. */
  readonly extensions?: readonly string[];
  /** SQL run on the coordinator once all nodes are registered. */
  readonly seed?: string;
}

/** A Citus that can be worked with. Disposing it leaves no trace of what was started for it. */
export type Cluster = RunningCluster | BorrowedCluster;

interface ClusterBase extends AsyncDisposable {
  /** Coordinator first. */
  readonly nodes: readonly CitusNode[];
  /** The coordinator's URL, as superuser; the cluster's main database unless one is named. */
  url(database?: string): string;
}

/** A cluster whose nodes were started by us, so that they can be stopped, killed and added to. */
export interface RunningCluster extends ClusterBase {
  readonly provider: 'local' | 'containers';
  readonly nodes: readonly RunningNode[];
  /** Starts one more worker and registers it, checked to reach all others; shards come with a rebalance. */
  addWorker(): Promise<RunningNode>;
}

/** A database of our own on nodes that belong to somebody else. */
export interface BorrowedCluster extends ClusterBase {
  readonly provider: 'existing';
}

/** A node that runs under our control. All operations wait until their effect can be seen. */
export interface RunningNode extends CitusNode {
  readonly role: NodeRole;
  /** `coordinator`, `worker-1`, … */
  readonly label: string;
  isRunning(): Promise<boolean>;
  /** Ends it in order: sessions are cut, data is written. */
  stop(): Promise<void>;
  /** Starts it after {@link stop} or {@link kill}, with its data, and waits until it accepts connections. */
  start(): Promise<void>;
  /** Stop and start. */
  restart(): Promise<void>;
  /** SIGKILL to all its processes at once, as a power cut would. */
  kill(): Promise<void>;
  /** Freezes all its processes: connections stay open, nothing answers. */
  pause(): Promise<void>;
  /** Ends {@link pause}. */
  resume(): Promise<void>;
  /** The server's log, or only its last lines. */
  logs(options?: { readonly tailLines?: number }): Promise<string>;
}
