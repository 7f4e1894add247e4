import { quoteIdentifier } from '@shardwright/core';
import { keyFindings } from './key-findings.ts';
import type { Rule } from './rule.ts';
import { alterTable } from './wording.ts';

/** Key whose hash differs on each node. */
export const keyTypeDiffersPerNode: Rule = {
  id: 'key-type-differs-per-node',
  title: 'Key whose hash differs on each node',
  effect: 'silent',
  severity: 'error',
  explain:
    'PostgreSQL hashes enum values by the OID of their label, and reg* values are the OID of the object they name. Every node gives out its own OIDs. ' +
    'A row is stored where the hash on the coordinator says; a query through a worker computes another hash, looks into another shard and finds nothing, and an INSERT through it puts a second row for the same key into another shard.',
  check: (subject) =>
    keyFindings(subject, 'key-type-differs-per-node', ({ table, column }) => ({
      consequence:
        'Nothing is refused. Queries through a worker miss rows that exist, and writes through it split a key over two shards.',
      remedy: `Distribute by another column, or store the value as text: ${alterTable(table)} ALTER COLUMN ${quoteIdentifier(column.name)} TYPE text;`,
      automatic: false,
    })),
};
