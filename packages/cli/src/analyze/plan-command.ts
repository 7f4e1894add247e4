import { shellWord } from '../shell-word.ts';
import type { TableColumn } from './options.ts';
import type { SourceRequest } from './request.ts';

/** The command that plans what a request analysed, for a shell; absent for standard input, which cannot be read again. */
export function planCommand(request: SourceRequest): string | undefined {
  const { source, nodes, shards, sample, statementTimeoutMs } = request;
  if (source === '-') return undefined;
  const options: readonly (readonly [name: string, values: readonly string[]])[] = [
    ['workload', request.workload],
    ['distribute', request.distribute.map(assignment)],
    ['range', request.range.map(assignment)],
    ['reference', request.reference],
    ['local', request.local],
    ['single-shard', request.singleShard],
    ['tenant', request.tenant === undefined ? [] : [request.tenant]],
    ['nodes', nodes === undefined ? [] : [String(nodes)]],
    ['shards', shards === undefined ? [] : [String(shards)]],
    ['schema', request.schemas],
    ['sample', sample === undefined ? [] : [String(sample)]],
    ['statement-timeout', statementTimeoutMs === undefined ? [] : [`${statementTimeoutMs}ms`]],
  ];
  const given = options.flatMap(([name, values]) =>
    values.flatMap((value) => [`--${name}`, shellWord(value)]),
  );
  return ['migrate', 'plan', shellWord(source), ...given, '--out', 'plan'].join(' ');
}

function assignment({ table, column }: TableColumn): string {
  return `${table}=${column}`;
}
