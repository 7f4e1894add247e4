import type { ServerNotice } from '@shardwright/postgres';
import type { NodeAddress } from './node-address.ts';

/** Why connections to a node failed, as the nodes that tried it said; `undefined` where they said nothing. */
export type ReasonFor = (node: NodeAddress) => string | undefined;

// libpq repeats where it connected to, and asks whether a server runs there.
const preface = /^connection to server (?:at|on socket) .*? failed: /;

/** Reads the reasons out of the warnings that Citus gives beside its answers. */
export function connectionReasons(notices: readonly Pick<ServerNotice, 'message'>[]): ReasonFor {
  const reasons = new Map<string, string>();
  for (const { message } of notices) {
    const match =
      /^connection to the remote node (?:.*@)?(\S+) failed(?: with the following error: (.*))?/s.exec(
        message,
      );
    const [, address = '', text = 'no answer'] = match ?? [];
    const [reason = ''] = text
      .replace(preface, '')
      .replace(/^FATAL: +/, '')
      .split('\n');
    if (match) reasons.set(address, reason);
  }
  return ({ name, port }) => reasons.get(`${name}:${port}`);
}
