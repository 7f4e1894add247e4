import {
  type Coordinator,
  readShards,
  type ShardPlacement,
  type ShardSummary,
  type Skew,
  summarizeShards,
} from '@shardwright/cluster';
import { exitCode, formatBytes, formatCount, formatShare } from '@shardwright/core';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { openTarget } from './target.ts';

/** The command `cluster shards`. */
export const shards: Command = {
  description:
    'Tells where the data lies: shards, sizes and rows by node and by table, and how evenly they are spread.',
  positionals: {
    table: { describe: 'One table, shard by shard, e.g. public.orders; all of them unless given' },
  },
  examples: [
    ['$0 shards', 'All tables'],
    ['$0 shards orders', 'The shards of one, largest first'],
  ],
  epilogue:
    'Rows are the estimates of PostgreSQL’s statistics. A hot shard has more than three times the mean of its table.',
  run: async (args, io) => {
    const target = await openTarget(args, io);
    const table = args.text('table');
    await using coordinator = await target.connect();
    const placements = await readShards(coordinator, table);
    const summary = summarizeShards(placements);
    if (io.json) {
      await io.printJson({
        cluster: target.label,
        ...summary,
        ...(table === undefined ? {} : { shards: placements }),
      });
      return exitCode.yes;
    }
    if (placements.length === 0) {
      await io.print('No table of this database has shards.\n');
      return exitCode.yes;
    }
    const { nameOf } = coordinator;
    await showNodes(summary, nameOf, io);
    await io.print('\n');
    await showTables(summary, io);
    if (table === undefined) await showGroups(summary, io);
    else await showShards(placements, nameOf, io);
    if (summary.unmeasured > 0) {
      await io.note(
        `The sizes of ${summary.unmeasured} placements are missing: their node does not answer. See cluster health.`,
      );
    }
    return exitCode.yes;
  },
};

type NameOf = Coordinator['nameOf'];

async function showNodes({ nodes, nodeSkew }: ShardSummary, nameOf: NameOf, io: CommandIo): Promise<void> {
  await io.printTable(
    [
      { title: 'Node', shrinks: true },
      { title: 'Shards', align: 'right' },
      { title: 'Size', align: 'right' },
      { title: 'Rows', align: 'right' },
    ],
    nodes.map(({ node, shards: count, sizeBytes, rows }) => [
      nameOf(node),
      String(count),
      formatBytes(sizeBytes),
      formatCount(rows),
    ]),
  );
  if (nodeSkew) await io.print(`${io.paint.faint(`The fullest node holds ${describeSkew(nodeSkew)}.`)}\n`);
}

function describeSkew({ largestOverMean, largestShare }: Skew): string {
  return `${formatShare(largestShare)} of the distributed data, ${largestOverMean.toFixed(2)} times the mean`;
}

async function showTables({ tables }: ShardSummary, io: CommandIo): Promise<void> {
  await io.printTable(
    [
      { title: 'Table', shrinks: true },
      { title: 'Type' },
      { title: 'Distributed by' },
      { title: 'Group', align: 'right', drops: true },
      { title: 'Shards', align: 'right' },
      { title: 'Size', align: 'right' },
      { title: 'Rows', align: 'right', drops: true },
      { title: 'Max/mean', align: 'right' },
      { title: 'Largest', align: 'right', drops: true },
      { title: 'Empty', align: 'right', drops: true },
      { title: 'Hot', align: 'right' },
    ],
    tables.map((table) => [
      table.table,
      table.type,
      table.distributionColumn ?? '',
      String(table.colocationId),
      String(table.shardCount),
      formatBytes(table.sizeBytes),
      formatCount(table.rows),
      table.skew?.largestOverMean.toFixed(2) ?? '',
      table.skew === undefined ? '' : formatShare(table.skew.largestShare),
      table.emptyShards > 0 ? String(table.emptyShards) : '',
      table.hotShards.length > 0 ? String(table.hotShards.length) : '',
    ]),
    (text, row, column) =>
      column === 10 && (tables[row]?.hotShards.length ?? 0) > 0 ? io.paint.severity('warning', text) : text,
  );
}

async function showGroups({ groups }: ShardSummary, io: CommandIo): Promise<void> {
  const several = groups.filter(({ tables }) => tables.length > 1);
  if (several.length === 0) return;
  await io.print('\n');
  await io.printTable(
    [
      { title: 'Group', align: 'right' },
      { title: 'Shards', align: 'right' },
      { title: 'Size', align: 'right' },
      { title: 'Tables whose shards lie and move together', shrinks: true },
    ],
    several.map(({ id, tables, shardCount, sizeBytes }) => [
      String(id),
      String(shardCount),
      formatBytes(sizeBytes),
      tables.join(', '),
    ]),
  );
}

async function showShards(
  placements: readonly ShardPlacement[],
  nameOf: NameOf,
  io: CommandIo,
): Promise<void> {
  const total = placements.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  await io.print('\n');
  await io.printTable(
    [
      { title: 'Shard', align: 'right' },
      { title: 'Node', shrinks: true },
      { title: 'Size', align: 'right' },
      { title: 'Share', align: 'right' },
      { title: 'Rows', align: 'right' },
    ],
    placements
      .toSorted((left, right) => (right.sizeBytes ?? 0) - (left.sizeBytes ?? 0))
      .map(({ id, node, sizeBytes, rows }) => [
        id,
        nameOf(node),
        sizeBytes === null ? 'unknown' : formatBytes(sizeBytes),
        sizeBytes === null || total === 0 ? '' : formatShare(sizeBytes / total),
        rows === null ? 'unknown' : formatCount(rows),
      ]),
  );
}
