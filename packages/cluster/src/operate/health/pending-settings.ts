import type { Connection } from '@shardwright/postgres';
import type { NodeAddress } from '../node-address.ts';
import { queryEveryNode } from '../query-every-node.ts';
import { readSql } from '../sql-file.ts';
import type { ExaminedCluster } from './check.ts';

/** A setting whose value in a node's configuration files waits for its next start. */
interface PendingSetting {
  readonly name: string;
  readonly running: string;
  /** Null where the role may not look into the files, or they do not name it any more. */
  readonly next: string | null;
}

/** By node id, what waits for a restart; nothing for nodes that do not answer. */
export type PendingSettings = ReadonlyMap<number, readonly PendingSetting[]>;

/** Reads what waits for a restart, on all nodes. */
export async function readPendingSettings(connection: Connection): Promise<PendingSettings> {
  const answers = await queryEveryNode<readonly PendingSetting[]>(
    connection,
    await readSql('pending-settings'),
  );
  const partial = answers.every(({ ok }) => ok)
    ? []
    : await queryEveryNode<readonly PendingSetting[]>(connection, await readSql('pending-setting-names'));
  return new Map(
    [...partial, ...answers].flatMap((answer) => (answer.ok ? [[answer.nodeId, answer.value]] : [])),
  );
}

/** A setting's value from a node's next start on, where that is another than now. */
export function nextValue(pending: PendingSettings, nodeId: number, name: string): string | undefined {
  return pending.get(nodeId)?.find((setting) => setting.name === name)?.next ?? undefined;
}

/** How to give a node's setting a value that is high enough, or say that only a restart is missing. */
export function raiseSetting(
  { coordinator, pending }: ExaminedCluster,
  node: NodeAddress & { readonly id: number },
  { name, value, least }: { readonly name: string; readonly value: number; readonly least: number },
): string {
  const at = coordinator.nameOf(node);
  const next = nextValue(pending, node.id, name);
  return Number(next) >= least
    ? `Restart ${at}: its configuration has ${name} = ${next} already.`
    : `ALTER SYSTEM SET ${name} = ${value} on ${at}, then restart it.`;
}
