import {
  DatabaseError,
  type QualifiedName,
  quoteIdentifier,
  quoteLiteral,
  quoteQualifiedName,
} from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { groupBy } from '../group-by.ts';
import { pinnedSettings } from '../session.ts';
import type { SessionPool } from '../session-pool.ts';
import { columnAlias, type RowsSql } from './row-hash.ts';
import type { TablePart } from './table-part.ts';

/** A copy of a shard on a node. */
export interface Placement {
  readonly shard: string;
  /** Name of the shard's table, in the schema of the distributed one. */
  readonly relation: string;
  /** Hashes that it may hold, or values of the column, as text; null for a table without a key. */
  readonly least: string | null;
  readonly most: string | null;
  readonly host: string;
  readonly port: number;
  readonly onCoordinator: boolean;
}

/** A table of Citus with its shards. */
export interface ShardedTable extends QualifiedName {
  readonly method: 'h' | 'n' | 'r' | 'a' | 'x';
  readonly distributionColumn: string | null;
  readonly placements: readonly Placement[];
}

/** A condition on a row `t` of a shard, or of a plain table. */
export type RowCondition = (of?: { readonly table: ShardedTable; readonly placement: Placement }) => string;

/** The most shards that one command reads: a function of SQL takes a hundred arguments. */
const mostTogether = 40;
/** With a list of keys for each of them. */
const mostWithKeys = 8;
const leastBytes = 8 * 1024 * 1024;

/**
 * The shards of a table, read on their nodes by commands that the coordinator passes on: so the workers need not be
 * reachable from here, and no plan of Citus decides what is seen. Small shards of a node are read by one command.
 */
export function shardParts(
  table: ShardedTable,
  columns: readonly string[],
  options: {
    readonly pool: SessionPool;
    readonly bytes: number;
    readonly apart?: boolean;
    /** Which rows; all unless given. */
    readonly condition?: RowCondition;
  },
): readonly TablePart[] {
  const shards = new Set(table.placements.map(({ shard }) => shard)).size;
  const bytesEach = options.bytes / Math.max(1, shards);
  const isCopied = table.placements.length > shards;
  const together =
    options.apart || isCopied
      ? 1
      : Math.max(
          1,
          Math.min(
            options.condition === undefined ? mostTogether : mostWithKeys,
            Math.floor(leastBytes / (bytesEach + 1)),
          ),
        );
  return chunksByNode(table.placements, together).map((placements): TablePart => {
    const [{ host, port, shard } = noPlacement] = placements;
    return {
      label: shard,
      node: `${host}:${port}`,
      bytes: bytesEach * placements.length,
      ask: (query) =>
        options.pool.run(async (coordinator) => {
          const queries = placements.map((placement) =>
            query(shardRows(table, placement, columns, options.condition?.({ table, placement }))),
          );
          const answers = await runOnNode(coordinator, { host, port }, queries);
          return answers.flat();
        }),
    };
  });
}

const noPlacement = { host: '', port: 0, shard: '' };

function chunksByNode(placements: readonly Placement[], together: number): readonly (readonly Placement[])[] {
  const byNode = groupBy(placements, ({ host, port }) => `${host}:${port}`);
  const chunks = [...byNode.values()].map((list) =>
    Array.from({ length: Math.ceil(list.length / together) }, (_, at) =>
      list.slice(at * together, (at + 1) * together),
    ),
  );
  // Nodes in turn, or the first ones would be busy while the last ones wait.
  const longest = Math.max(0, ...chunks.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => chunks.flatMap((list) => list.slice(at, at + 1))).flat();
}

function shardRows(
  table: ShardedTable,
  placement: Placement,
  columns: readonly string[],
  condition: string | undefined,
): RowsSql {
  const list = columns.map((name, index) => `t.${quoteIdentifier(name)} AS ${columnAlias(index)}`);
  const relation = quoteQualifiedName({ schema: table.schema, name: placement.relation });
  const parts = [...list, `${misplacedSql(table, placement)} AS misplaced`];
  const where = condition === undefined ? '' : ` WHERE ${condition}`;
  return `(SELECT ${parts.join(', ')} FROM ${relation} AS t${where}) AS r`;
}

/** Whether the hash of a value, as SQL, is one of a shard's; `undefined` where that is no question of hashes. */
export function isOfShard(
  { method }: ShardedTable,
  { least, most }: Placement,
  value: string,
): string | undefined {
  if (method !== 'h' || least === null || most === null) return undefined;
  return `worker_hash(${value}) BETWEEN ${least} AND ${most}`;
}

function misplacedSql(table: ShardedTable, placement: Placement): string {
  const { method, distributionColumn } = table;
  const { least, most } = placement;
  const isCut = method === 'h' || method === 'r';
  if (!isCut || distributionColumn === null || least === null || most === null) return 'NULL::int';
  const column = `t.${quoteIdentifier(distributionColumn)}`;
  const isIn =
    isOfShard(table, placement, column) ??
    `${column} BETWEEN ${quoteLiteral(least)} AND ${quoteLiteral(most)}`;
  // A key of NULL has no shard.
  return `CASE WHEN ${isIn} THEN NULL ELSE 1 END`;
}

/** Runs queries of one JSON value each on a node, in one command. Throws DatabaseError with the node's own words. */
async function runOnNode(
  coordinator: Connection,
  node: { readonly host: string; readonly port: number },
  queries: readonly string[],
): Promise<readonly (readonly unknown[])[]> {
  const pinned = Object.entries(pinnedSettings)
    .map(([name, value]) => `set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`)
    .join(' || ');
  // Only the first statement of a command has an answer, and so its settings are set by the statement itself, first.
  const command = `SELECT answer.parts::text
    FROM (SELECT ${pinned} AS settings OFFSET 0) AS pinned,
    LATERAL (SELECT json_build_array(${queries.map((query) => `(${query})`).join(', ')}) AS parts WHERE pinned.settings IS NOT NULL) AS answer`;
  const [row] = await coordinator.query<{ success: boolean; result: string }>(
    'SELECT success, result FROM master_run_on_worker(ARRAY[$1::text], ARRAY[$2::int], ARRAY[$3::text], false)',
    [node.host, node.port, command],
  );
  if (row?.success !== true) {
    throw new DatabaseError(
      `cannot read shards on ${node.host}:${node.port}: ${row?.result ?? 'no answer'}`,
      {
        hint: 'The coordinator has to reach every node: see cluster health.',
      },
    );
  }
  return JSON.parse(row.result) as readonly (readonly unknown[])[];
}
