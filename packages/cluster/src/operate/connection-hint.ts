import { formatNode, type NodeAddress } from './node-address.ts';

/** What to do about connections to a node that fail for a reason, as the server or libpq words it; empty: unknown. */
export function connectionHint(reason: string, server: NodeAddress): string {
  const at = formatNode(server);
  if (/password|authentication|sendauth/.test(reason)) {
    return "Nodes take each other's password from pg_dist_authinfo: INSERT INTO pg_dist_authinfo VALUES (0, '<role>', 'password=<password>') on every node, not on the coordinator alone.";
  }
  if (/pg_hba/.test(reason)) {
    return `Allow the other nodes in pg_hba.conf of ${at}, then SELECT pg_reload_conf() there.`;
  }
  if (/database ".*" does not exist/.test(reason)) {
    return 'Create the database there, and in it: CREATE EXTENSION citus.';
  }
  if (/SSL/.test(reason)) {
    return 'Turn ssl on there, or set citus.node_conninfo to sslmode=disable on every node where the network is trusted.';
  }
  if (/translate host name|Name or service|resolve/.test(reason)) {
    return `The name ${server.name} has to resolve on every node: use one that does, or an address.`;
  }
  if (reason === '') {
    return `Every node connects to every other. Where only some fail, pg_dist_authinfo lacks the password on those, pg_hba.conf of ${at} or a firewall keeps them out, or the name ${server.name} does not resolve there.`;
  }
  if (server.name.startsWith('/'))
    return `Start the server that has its socket in ${server.name}, port ${server.port}.`;
  return `Start the server there, and let port ${server.port} of ${server.name} be reached from every node: workers connect to one another as well.`;
}
