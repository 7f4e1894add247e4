import { formatBytes, formatCount, plural } from '@shardwright/core';
import { analysisOf, type PlanReport, wholeTables } from './plan-report.ts';

// 462 MB of narrow rows in 9.5 s: one COPY through the coordinator of a two-worker cluster on two cores.
const copyBytesPerSecond = 50_000_000;

// A row's header and its place in the page; as text, numbers and times take more than in a table, and this less.
const bytesPerRow = 28;

/** What the rows need in space and time, with what that rests on; nothing where no size is known. */
export function sizeSentences(report: PlanReport): readonly string[] {
  const { plan, analysis, indexBytes } = report;
  const find = analysisOf(analysis);
  const sized = wholeTables(plan).flatMap(({ kind, ...name }) => {
    const { bytes, rows } = find(name) ?? {};
    return bytes === undefined ? [] : [{ kind, bytes, rows: rows?.count ?? 0 }];
  });
  const total = sum(sized.map(({ bytes }) => bytes));
  const missing = wholeTables(plan).length - sized.length;
  // A dump of the schema alone often holds the rows of one table: the migrations that made it.
  if (total === 0 || missing > sized.length) return [];
  const { nodes } = analysis.options;
  const copied = sum(sized.filter(({ kind }) => kind === 'reference').map(({ bytes }) => bytes));
  const rowCount = sum(sized.map((one) => one.rows));
  const isText = plan.origin.kind === 'dump';
  // Copies are counted as text as well; their rows are few.
  const onDisk = total + copied * nodes + (isText ? rowCount * bytesPerRow : 0);
  const measure = isText ? 'as COPY text' : 'on disk, without indexes';
  const rows = formatCount(rowCount);
  const copies =
    copied === 0
      ? ''
      : `, as the ${formatBytes(copied)} of reference tables lie on the coordinator and each of ${plural(nodes, 'worker')}`;
  return [
    `Rows: ${rows} rows, ${formatBytes(total)} ${measure}${missing === 0 ? '' : `; the sizes of ${plural(missing, 'more table')} are not known`}.`,
    `Disk of the target, all nodes together: ${isText ? `about ${formatBytes(onDisk)} of rows, that text with ${bytesPerRow} bytes more for each` : `${formatBytes(onDisk)} of rows, measured as above`}${copies}. Indexes come on top${indexBytes === undefined ? '' : ` (${formatBytes(indexBytes)} in the source, more where keys gain a column)`}, and so does the write-ahead log of the load.`,
    `Time of the load: about ${duration(total / copyBytesPerSecond)}, if one COPY after another brings 50 MB/s through the coordinator, as it did with narrow rows on two cores. Measure one large table first: network, disks and wide rows decide. The time for keys, indexes and foreign keys comes on top and is not estimated.`,
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function duration(seconds: number): string {
  if (seconds < 60) return plural(Math.max(1, Math.round(seconds)), 'second');
  if (seconds < 5400) return plural(Math.round(seconds / 60), 'minute');
  return `${(seconds / 3600).toFixed(1)} hours`;
}
