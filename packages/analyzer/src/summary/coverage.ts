import type { Workload } from '@shardwright/workload';
import { absentTables } from '../classify/absent-tables.ts';
import { prepareQuery } from '../classify/prepare-query.ts';
import type { Problem } from '../design/formulate.ts';
import type { Coverage } from '../model/analysis.ts';
import { bytesText, countText, listText } from './wording.ts';

/** What the advice rests on. */
export function coverage(problem: Problem, workload: Workload | undefined): Coverage {
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
    notes: notes(problem, workload, withData.length, rowsSeen, rowsSampled),
  };
}

function notes(
  problem: Problem,
  workload: Workload | undefined,
  withData: number,
  rowsSeen: number,
  rowsSampled: number,
): string[] {
  const list: string[] = [];
  const total = problem.tables.length;
  const isServer = problem.tables.some((table) => table.statistics?.rowsProvenance === 'server');
  if (withData === 0)
    list.push(
      'No data was seen: sizes are estimated from structure, and skew is unknown. A dump with data, or a live database, makes both exact.',
    );
  else if (isServer)
    list.push(
      `Sizes and value distributions come from the server's own statistics (${countText(withData, 'table')}).`,
    );
  else {
    const bytes = sum(problem.sizes.filter((size) => size.measured).map((size) => size.bytes));
    list.push(
      `Measured: ${countText(withData, 'table')} of ${total}, ${countText(rowsSeen, 'row')}, ${bytesText(bytes)}` +
        (rowsSampled < rowsSeen
          ? `; value distributions from ${countText(rowsSampled, 'row')}.`
          : ', every row.'),
    );
    if (bytes < 10e9 && withData === total)
      list.push(
        `${bytesText(bytes)} fit one node with ease: distribute for growth or for tenants, not for today's size.`,
      );
  }
  if (withData > 0 && withData < total)
    list.push(`${countText(total - withData, 'table')} had no data section; their sizes are estimates.`);
  const inferred = problem.edges.filter((edge) => edge.origin === 'inferred').length;
  if (inferred > 0)
    list.push(
      `${countText(inferred, 'relation')} ${inferred === 1 ? 'is' : 'are'} inferred from ${withData > 0 ? 'names, types and values' : 'names and types'}; no foreign key declares ${inferred === 1 ? 'it' : 'them'}.`,
    );
  if (workload === undefined)
    list.push(
      'No workload was given: relations stand for the queries. A pg_stat_statements export tells what really runs.',
    );
  else
    list.push(
      `Workload: ${countText(workload.queries.length, 'distinct query')} from ${countText(workload.sources.length, 'source')}` +
        (workload.unparsed.length > 0
          ? `; ${countText(workload.unparsed.length, 'query')} did not parse.`
          : '.'),
      ...absentTablesNote(workload, problem),
    );
  return list;
}

/** A workload of another database, or of a part that the input leaves out, says little about this one. */
function absentTablesNote({ queries }: Workload, { catalog }: Problem): string[] {
  const absent = queries
    .map((query) => absentTables(prepareQuery(query.sql, catalog)))
    .filter((tables) => tables.length > 0);
  if (absent.length === 0) return [];
  const names = [...new Set(absent.flat())].sort();
  return [
    `${absent.length === queries.length && queries.length > 1 ? `All ${countText(queries.length, 'query')} name` : `${countText(absent.length, 'query')} ${absent.length === 1 ? 'names' : 'name'}`} tables that this input does not hold (${listText(names)}); such tables count as local ones.`,
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
