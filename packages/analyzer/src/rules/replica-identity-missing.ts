import { displayName } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import type { Rule } from './rule.ts';
import { alterTable, nameOf } from './wording.ts';

/** Table without primary key or replica identity. */
export const replicaIdentityMissing: Rule = {
  id: 'replica-identity-missing',
  title: 'Table without primary key or replica identity',
  effect: 'refused',
  severity: 'warning',
  explain:
    'Shards move between nodes by logical replication, which needs to tell rows apart. Without a primary key or a replica identity, rebalancing and create_distributed_table_concurrently are refused for the whole co-location group, unless writes may be blocked meanwhile.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      const { kind } = subject.decisionOf(table);
      if ((kind !== 'distributed' && kind !== 'single-shard') || table.partitionOf !== undefined) continue;
      const { replicaIdentity } = table;
      const byDefault =
        replicaIdentity === 'default' &&
        table.constraints.some((constraint) => constraint.kind === 'primary-key');
      if (byDefault || (replicaIdentity !== 'default' && replicaIdentity !== 'nothing')) continue;
      yield {
        table: nameOf(table),
        message: `${displayName(table)} has ${replicaIdentity === 'nothing' ? 'REPLICA IDENTITY NOTHING' : 'no primary key and no replica identity'}.`,
        consequence: 'Its shards cannot be moved while it is written to; the table itself works.',
        remedy: `${alterTable(table)} ADD PRIMARY KEY (…); or ${alterTable(table)} REPLICA IDENTITY FULL; or move shards with shard_transfer_mode => 'block_writes'.`,
        automatic: false,
        citusMessage: citusError(
          `cannot use logical replication to transfer shards of the relation ${table.name} since it doesn't have a REPLICA IDENTITY or PRIMARY KEY`,
          {
            detail:
              'UPDATE and DELETE commands on the shard will error out during logical replication unless there is a REPLICA IDENTITY or PRIMARY KEY.',
            hint: "If you wish to continue without a replica identity set the shard_transfer_mode to 'force_logical' or 'block_writes'.",
          },
        ),
        line: table.definition.line,
      };
    }
  },
};
