/** Where a node is, as the other nodes call it; for unix sockets the name is their directory. */
export interface NodeAddress {
  readonly name: string;
  readonly port: number;
}

/** `host:port`, or `:port` where nodes differ by port only because their sockets share a directory. */
export function formatNode({ name, port }: NodeAddress): string {
  return name.startsWith('/') ? `:${port}` : `${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Whether two addresses are the same text; two names of one host differ. */
export function isSameNode(left: NodeAddress, right: NodeAddress): boolean {
  return left.name === right.name && left.port === right.port;
}
