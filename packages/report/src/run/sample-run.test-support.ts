import type { RunReport, RunTable } from './run-report.ts';

const startMs = Date.parse('2026-03-01T14:00:00.000Z');
const at = (seconds: number): string => new Date(startMs + seconds * 1000).toISOString();

function sampleTable(
  relation: string,
  chunks: readonly (readonly [from: number, to: number])[],
  more: Partial<RunTable> = {},
): RunTable {
  const seconds = chunks.reduce((sum, [from, to]) => sum + to - from, 0);
  return {
    relation,
    target: relation,
    rows: 250_000 * chunks.length,
    bytes: 120_000_000 * chunks.length,
    ...(chunks.length === 0 ? {} : { bytesPerSecond: (120_000_000 * chunks.length) / seconds }),
    setAside: 0,
    path: 'direct',
    why: 'rows are sorted here, and no node parses what it does not keep',
    format: 'binary',
    chunks: chunks.map(([from, to], chunk) => ({
      chunk,
      beganAt: at(from),
      loadedAt: at(to),
      rows: 250_000,
      bytes: 120_000_000,
    })),
    ...more,
  };
}

/** A migration that was ended half-way and went on the next morning, with names that are no good markup. */
export function sampleRun(): RunReport {
  const night = 13 * 3600;
  const step = (phase: string, index: number, seconds: number, end: number) => ({
    id: `${phase}:${index}`,
    phase,
    title: `${phase}: object_${index} ON public.orders`,
    appliedAt: at(end),
    seconds,
  });
  return {
    schemaVersion: '1.0',
    toolVersion: '0.1.0',
    migration: {
      id: '6f0d2c1e-7d6c-4f0a-9d6e-3f2f6a1b2c3d',
      source: 'shop@db.example:5432/shop',
      startedAt: at(0),
      finishedAt: at(night + 190),
    },
    isNew: true,
    jobs: 4,
    seconds: { before: 4.1, load: 96, after: 72 },
    bytesPerSecond: 7_800_000,
    tables: [
      sampleTable('public.orders', [
        [5, 24],
        [5.2, 25],
        [24, 41],
        [25, 44],
        [41, 60],
        [night + 2, night + 21],
        [night + 2, night + 22],
      ]),
      sampleTable(
        'public.events',
        [
          [night + 21, night + 50],
          [night + 22, night + 96],
        ],
        {
          path: 'all-nodes',
          why: 'the table is not cut by hash; workers take turns at sending the rows on',
          format: 'text',
        },
      ),
      sampleTable('public.users', [[5, 12]], { setAside: 3, rows: 249_997 }),
      sampleTable('public.countries', [[5, 5.1]], {
        path: 'coordinator',
        why: 'every node gets each row, in one transaction',
        rows: 249,
        bytes: 9_000,
      }),
      sampleTable('crm."<Odd> & ""long"" name of a table that nobody can remember"', [[12, 13]], {
        path: 'coordinator',
        why: 'the table is small',
        rows: 12,
        bytes: 800,
      }),
    ],
    largeObjects: { objects: 12, bytes: 3_400_000 },
    foreignKeysLeftOut: ['orders_user_id_fkey ON public.orders'],
    recopied: [{ relation: 'public.events', why: 'rows were added or changed' }],
    quarantine: [{ relation: 'public.users', reason: 'no company_id is found for the row', rows: 3 }],
    steps: [
      step('tables', 1, 0.2, 1),
      step('distribute', 2, 1.5, 4),
      step('keys', 3, 21, night + 120),
      step('indexes', 4, 30, night + 150),
      step('foreign-keys', 5, 30, night + 182),
      step('comments', 6, 0.01, night + 183),
    ],
  };
}
