import { connectionReasons } from '../connection-reasons.ts';
import type { Coordinator } from '../coordinator.ts';
import type { NodeAddress } from '../node-address.ts';

/** Whether one node can open a connection to another, or to itself. */
export interface NodeLink {
  readonly from: NodeAddress;
  readonly to: NodeAddress;
  /** Null where the first does not answer itself. */
  readonly isWorking: boolean | null;
  /** Why it does not, where some node said so. */
  readonly reason?: string;
}

/** Every pair of active nodes, tried by the nodes themselves. */
export async function checkLinks(coordinator: Coordinator): Promise<readonly NodeLink[]> {
  const { result, notices } = await coordinator.listen(() =>
    coordinator.query<{
      from_nodename: string;
      from_nodeport: number;
      to_nodename: string;
      to_nodeport: number;
      result: boolean | null;
    }>('SELECT * FROM citus_check_cluster_node_health()'),
  );
  const reasonFor = connectionReasons(notices);
  return result.map((row): NodeLink => {
    const to = { name: row.to_nodename, port: row.to_nodeport };
    const reason = row.result === false ? reasonFor(to) : undefined;
    return {
      from: { name: row.from_nodename, port: row.from_nodeport },
      to,
      isWorking: row.result,
      ...(reason === undefined ? {} : { reason }),
    };
  });
}

/** The links that do not work, by the node that cannot be reached, each with the reason. */
export function describeBroken(links: readonly NodeLink[], { nameOf }: Pick<Coordinator, 'nameOf'>): string {
  const broken = links.filter(({ isWorking }) => isWorking === false);
  const targets = new Set(broken.map(({ to }) => nameOf(to)));
  return [...targets]
    .map((target) => {
      const those = broken.filter(({ to }) => nameOf(to) === target);
      const reason = those.find((link) => link.reason !== undefined)?.reason;
      return `from ${those.map(({ from }) => nameOf(from)).join(', ')} to ${target}${reason === undefined ? '' : `: ${reason}`}`;
    })
    .join('; ');
}
