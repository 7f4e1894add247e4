import { formatNode, isSameNode } from '../node-address.ts';
import type { Check } from './check.ts';
import { describeBroken } from './node-links.ts';

/** Every node opens connections to every other: queries, shard moves and repartition joins all need it. */
export const nodeCannotBeReached: Check = {
  id: 'node-cannot-be-reached',
  run: ({ links, nodes }) => {
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
            ? `${formatNode(target)} does not answer`
            : `${formatNode(target)} cannot be reached from ${broken.length === 1 ? 'another node' : 'other nodes'}`,
        evidence: `citus_check_cluster_node_health(): no connection ${describeBroken(broken)}`,
        fix: fixFor(reason, target),
      };
    });
  },
};

function fixFor(reason: string, { name, port }: { readonly name: string; readonly port: number }): string {
  if (/password|authentication|sendauth/.test(reason)) {
    return "Give every node the password: INSERT INTO pg_dist_authinfo VALUES (0, '<role>', 'password=<password>') on each of them, not on the coordinator alone.";
  }
  if (/pg_hba/.test(reason)) {
    return `Allow the other nodes in pg_hba.conf of ${formatNode({ name, port })}, then SELECT pg_reload_conf() there.`;
  }
  if (/SSL/.test(reason)) {
    return 'Turn ssl on for that server, or set citus.node_conninfo to sslmode=disable on every node where the network is trusted.';
  }
  return `Start that server, or open port ${port} of ${name} to every node: workers connect to one another as well.`;
}
