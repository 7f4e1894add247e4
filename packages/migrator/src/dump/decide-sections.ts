import type { TableLoad } from '@shardwright/planner';
import { choosePath, type LoadPath } from '../load/load-path.ts';
import { type DecidedTable, relationOf } from '../load/load-tasks.ts';
import type { ReceivingParties } from '../run/carry-out.ts';
import { readStanding, settleLoads } from '../run/settle-loads.ts';
import type { StreamedTable } from './dump-tables.ts';
import { chunkCount } from './read-chunks.ts';

/**
 * Decides for each table how it is loaded, or keeps to what an earlier run decided: the dump is the same. Only where the
 * target changed under its journal, a table is emptied and begun anew.
 */
export async function decideSections(
  streamed: readonly StreamedTable[],
  { asked, chunkBytes }: { readonly asked?: LoadPath; readonly chunkBytes: number },
  parties: ReceivingParties,
): Promise<readonly DecidedTable[]> {
  const loads = streamed.map(({ load }) => load);
  const { before, doubts } = await readStanding(loads, parties);
  const sizes = new Map(
    streamed.map(({ load, sections }) => [load, sections.map(({ start, end }) => end - start)]),
  );
  const bytesOf = (load: TableLoad): number => sum(sizes.get(load) ?? []);
  const decided = await settleLoads({
    loads,
    before,
    changes: doubts,
    decide: (load, earlier, group) => ({
      load,
      journalled: {
        relation: relationOf(load),
        generation: (earlier?.generation ?? 0) + 1,
        ...choosePath(load, { format: 'text', why: '' }, sum(group.map(bytesOf)), parties.target, asked),
        format: 'text',
        // A dump has neither: it is the same text or another dump.
        snapshot: '',
        fileNode: '0',
        pages: bytesOf(load),
        pagesPerChunk: chunkBytes,
        chunks: Math.max(1, sum((sizes.get(load) ?? []).map((bytes) => chunkCount(bytes, chunkBytes)))),
        bytes: bytesOf(load),
      },
    }),
    parties,
    onMoment: parties.onMoment,
  });
  return loads.flatMap((load) => decided.filter((table) => table.load === load));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
