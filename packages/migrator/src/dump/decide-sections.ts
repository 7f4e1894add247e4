import type { TableLoad } from '@shardwright/planner';
import { choosePath, type LoadPath } from '../load/load-path.ts';
import type { ReceivingParties } from '../run/carry-out.ts';
import type { DecidedLoads } from '../run/decide-loads.ts';
import { type Decision, readStanding, settleLoads } from '../run/settle-loads.ts';
import type { StreamedTable } from './dump-tables.ts';
import { chunkCount } from './read-chunks.ts';

// Chunks are held in memory, one for each job.
const defaultChunkBytes = 8 * 1024 * 1024;
const mostChunkBytes = 32 * 1024 * 1024;

/** Decides how each table is loaded, or keeps to what was decided: only the target can have changed, as dumps do not. */
export async function decideSections(
  streamed: readonly StreamedTable[],
  { load: asked, chunkBytes = defaultChunkBytes }: { readonly load?: LoadPath; readonly chunkBytes?: number },
  parties: ReceivingParties,
): Promise<DecidedLoads> {
  const loads = streamed.map(({ load }) => load);
  const { before, doubts } = await readStanding(loads, parties);
  const perChunk = Math.min(chunkBytes, mostChunkBytes);
  const sizesOf = (load: TableLoad): readonly number[] =>
    streamed.flatMap((table) =>
      table.load === load ? table.sections.map(({ start, end }) => end - start) : [],
    );
  const decide = (load: TableLoad, group: readonly TableLoad[]): Decision => ({
    ...choosePath(load, { format: 'text', why: '' }, sum(group.flatMap(sizesOf)), parties.target, asked),
    format: 'text',
    // A dump has neither: it is the same text or another dump.
    snapshot: '',
    fileNode: '0',
    pages: sum(sizesOf(load)),
    pagesPerChunk: perChunk,
    chunks: sum(sizesOf(load).map((bytes) => chunkCount(bytes, perChunk))),
    bytes: sum(sizesOf(load)),
  });
  return {
    tables: await settleLoads({ loads, before, changes: doubts, decide, parties }),
    recopied: [...doubts].map(([relation, why]) => ({ relation, why })),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
