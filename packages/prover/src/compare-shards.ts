import type { Difference } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { shardObjectsSql, tableObjectsSql } from './sql-files.ts';

interface ShardObjects {
  readonly table: string;
  /** How many constraints of each of PostgreSQL's kinds, and indexes: `c×1 f×2 p×1, i×3`. */
  readonly signature: string;
  readonly shards: number;
}

/** Whether every shard has the constraints and indexes that its table has on the coordinator. */
export async function compareShards(connection: Connection): Promise<readonly Difference[]> {
  const tables = await connection.query<{ table: string; signature: string }>(tableObjectsSql);
  const expected = new Map(tables.map(({ table, signature }) => [table, signature]));
  const answers = await connection.query<{ nodeid: number; success: boolean; result: string }>(
    'SELECT nodeid, success, result FROM run_command_on_all_nodes($1)',
    [shardObjectsSql],
  );
  return answers.flatMap(({ nodeid, success, result }): readonly Difference[] => {
    if (!success) return [{ object: `shards of node ${nodeid}`, expected: 'an answer', found: result }];
    const found = JSON.parse(result) as readonly ShardObjects[];
    return found.flatMap(({ table, signature, shards }): readonly Difference[] => {
      const wanted = expected.get(table);
      if (wanted === undefined || wanted === signature) return [];
      const object = `${shards} ${shards === 1 ? 'shard' : 'shards'} of ${table} on node ${nodeid}`;
      return [{ object, expected: words(wanted), found: words(signature) }];
    });
  });
}

const kinds: Readonly<Record<string, string>> = {
  p: 'primary key',
  u: 'unique',
  x: 'exclusion',
  c: 'check',
  f: 'foreign key',
  i: 'index',
};

function words(signature: string): string {
  const counts = [...signature.matchAll(/(\w)×(\d+)/g)].map(
    ([, kind = '', count]) => `${count} ${kinds[kind]}`,
  );
  return counts.length === 0 ? 'no constraint and no index' : counts.join(', ');
}
