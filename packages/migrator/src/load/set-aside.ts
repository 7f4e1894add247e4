import { quoteLiteral } from '@shardwright/core';
import { readRows, type TableLoad } from '@shardwright/planner';
import type { WholeChunk } from './copy-through.ts';
import { relationOf, setAside } from './load-tasks.ts';

/** In words for people. */
export function reasonToSetAside({ distributionColumn }: TableLoad): string {
  return `no ${distributionColumn ?? 'distribution column'} is found for the row`;
}

/** Copies the rows that no shard takes into the quarantine, where they wait for somebody to decide. */
export function quarantineChunk(load: TableLoad, generation: number): WholeChunk {
  const relation = relationOf(load);
  const reason = reasonToSetAside(load);
  const rows = readRows(load, { which: 'set-aside' });
  return {
    load,
    relation,
    generation,
    chunk: setAside,
    read: `SELECT ${quoteLiteral(relation)} AS relation, ${quoteLiteral(reason)} AS reason, row_to_json(aside) AS content FROM (${rows}) AS aside`,
    write: 'COPY shardwright.quarantine (relation, reason, content) FROM STDIN',
    format: 'text',
  };
}
