import { connectionHint } from '../connection-hint.ts';
import { isSameNode } from '../node-address.ts';
import type { Check } from './check.ts';
import { describeBroken } from './node-links.ts';

/** Every node opens connections to every other: queries, shard moves and repartition joins all need it. */
export const nodeCannotBeReached: Check = {
  id: 'node-cannot-be-reached',
  run: ({ coordinator, links, nodes }) => {
    const targets = nodes.filter((node) =>
      links.some(({ to, isWorking }) => isWorking === false && isSameNode(to, node)),
    );
    return targets.map((target) => {
      const broken = links.filter(({ to, isWorking }) => isWorking === false && isSameNode(to, target));
      const reason = broken.find((link) => link.reason !== undefined)?.reason ?? '';
      return {
        severity: 'error',
        what:
          target.facts === undefined
            ? `${coordinator.nameOf(target)} does not answer`
            : `${coordinator.nameOf(target)} cannot be reached from ${broken.length === 1 ? 'another node' : 'other nodes'}`,
        evidence: `citus_check_cluster_node_health(): no connection ${describeBroken(broken, coordinator)}`,
        fix: connectionHint(reason, target),
      };
    });
  },
};
