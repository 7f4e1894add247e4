import { formatBytes, plural } from '@shardwright/core';
import type { Workload } from '@shardwright/workload';
import { absentTables } from '../classify/absent-tables.ts';
import { prepareQuery } from '../classify/prepare-query.ts';
import type { Problem } from '../design/formulate.ts';
import type { Coverage } from '../model/analysis.ts';
import { listText } from './list-text.ts';

/** Why there is no workload where one was looked for, and what would give one; both are parts of sentences. */
export interface NoWorkload {
  readonly reason: string;
  readonly remedy: string;
}

/** What the advice rests on. */
export function coverage(
  problem: Problem,
  workload: Workload | undefined,
  noWorkload: NoWorkload | undefined,
): Coverage {
  const { catalog } = problem;
  const withData = problem.tables.filter((table) => table.statistics !== undefined);
  const rowsSeen = sum(withData.map((table) => table.statistics?.rows ?? 0));
  const rowsSampled = sum(withData.map((table) => table.statistics?.sampledRows ?? 0));
  const nodes = new Map<string, { count: number; firstLine: number }>();
  for (const { node, definition } of catalog.verbatim) {
    const known = nodes.get(node);
    if (known === undefined) nodes.set(node, { count: 1, firstLine: definition.line });
    else known.count++;
  }
  const absence = workload === undefined ? absenceOfWorkload(noWorkload) : undefined;
  return {
    tablesWithData: withData.length,
    rowsSeen,
    rowsSampled,
    statements: catalog.origin.statements ?? 0,
    verbatim: [...nodes].map(([node, entry]) => ({ node, ...entry })).sort((a, b) => b.count - a.count),
    problems: catalog.problems.map(({ definition, message }) => ({
      line: definition.line,
      message,
      sql: definition.sql.length > 200 ? `${definition.sql.slice(0, 197)}…` : definition.sql,
    })),
    ...(absence === undefined ? {} : { noWorkload: absence }),
    notes: [
      ...notes(problem, withData.length, rowsSeen, rowsSampled),
      ...(workload === undefined ? [] : workloadNotes(workload, problem)),
      ...(absence === undefined ? [] : [absence]),
    ],
  };
}

function absenceOfWorkload(noWorkload: NoWorkload | undefined): string {
  const stand = 'relations between tables stand for the queries';
  if (noWorkload === undefined)
    return `No workload was given: ${stand}. An export of pg_stat_statements (--workload) tells what really runs.`;
  const { reason, remedy } = noWorkload;
  return `No workload: ${reason}, so ${stand}. To get one, ${remedy}, or name a file with --workload.`;
}

function notes(problem: Problem, withData: number, rowsSeen: number, rowsSampled: number): string[] {
  const list: string[] = [];
  const total = problem.tables.length;
  const isServer = problem.tables.some((table) => table.statistics?.rowsProvenance === 'server');
  if (withData === 0)
    list.push(
      'No data was seen: sizes are estimated from structure, and skew is unknown. A dump with data, or a live database, tells both.',
    );
  else if (isServer)
    list.push(
      `Sizes and value distributions come from the server's own statistics (${plural(withData, 'table')}).`,
    );
  else {
    const bytes = sum(problem.tables.map((table) => table.statistics?.bytes ?? 0));
    list.push(
      `${plural(rowsSeen, 'row')} in ${withData === total ? plural(total, 'table') : `${withData} of ${plural(total, 'table')}`} (${formatBytes(bytes)}) were ` +
        (rowsSampled < rowsSeen
          ? `counted, and ${plural(rowsSampled, 'row')} of them measured for the distribution of values.`
          : 'measured, every one.'),
    );
    if (bytes < 10e9 && withData === total)
      list.push(
        `${formatBytes(bytes)} fit one node with ease: distribute for growth or for tenants, not for today's size.`,
      );
  }
  if (withData > 0 && withData < total) {
    const examples = problem.tables.filter(
      (table) => table.statistics !== undefined && problem.sizes[table.index]?.measured !== true,
    ).length;
    list.push(
      `${plural(total - withData, 'table')} had no data section; ${examples === 0 ? 'their sizes are estimates.' : `their sizes are estimates, and so are those of ${plural(examples, 'table')} with so few rows that they look like examples.`}`,
    );
  }
  const inferred = problem.edges.filter((edge) => edge.origin === 'inferred').length;
  if (inferred > 0)
    list.push(
      `${plural(inferred, 'relation')} ${inferred === 1 ? 'is' : 'are'} inferred from ${withData > 0 ? 'names, types and values' : 'names and types'}; no foreign key declares ${inferred === 1 ? 'it' : 'them'}.`,
    );
  return list;
}

function workloadNotes(workload: Workload, problem: Problem): string[] {
  const { queries, sources, unparsed } = workload;
  return [
    `Workload: ${plural(queries.length, 'distinct query', 'distinct queries')} from ${plural(sources.length, 'source')}${unparsed.length > 0 ? `; ${plural(unparsed.length, 'query', 'queries')} did not parse.` : '.'}`,
    ...absentTablesNote(workload, problem),
  ];
}

/** A workload of another database, or of a part that the input leaves out, says little about this one. */
function absentTablesNote({ queries }: Workload, { catalog }: Problem): string[] {
  const absent = queries
    .map((query) => absentTables(prepareQuery(query.sql, catalog)))
    .filter((tables) => tables.length > 0);
  if (absent.length === 0) return [];
  const names = [...new Set(absent.flat())].sort();
  return [
    `${absent.length === queries.length && queries.length > 1 ? `All ${plural(queries.length, 'query', 'queries')} name` : `${plural(absent.length, 'query', 'queries')} ${absent.length === 1 ? 'names' : 'name'}`} tables that this input does not hold (${listText(names)}); such tables count as local ones.`,
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
