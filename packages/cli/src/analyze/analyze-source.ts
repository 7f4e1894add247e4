import { type Analysis, type AnalyzeOptions, analyze } from '@shardwright/analyzer';
import { type Catalog, readDatabase, readDump } from '@shardwright/catalog';
import { type Context, InputError, UsageError } from '@shardwright/core';
import { collectWorkload } from './collect-workload.ts';
import type { SourceRequest } from './request.ts';
import { restrictToSchemas } from './restrict-to-schemas.ts';

/** A source as it was read, and what is to be made of it. */
export interface AnalyzedSource {
  readonly catalog: Catalog;
  readonly analysis: Analysis;
}

/** Reads what the request names, and analyses it. */
export async function analyzeSource(request: SourceRequest, context: Context): Promise<AnalyzedSource> {
  const { source, statementTimeoutMs } = request;
  const database = isDatabase(source);
  refuseIdleOptions(request, database);
  // The workload first: its files are small, and one that cannot be read should not cost a long read of the dump.
  const collected = await collectWorkload(
    {
      files: request.workload,
      ...(database ? { database: source } : {}),
      ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
    },
    context,
  );
  const catalog = await readSource(request, context);
  const options = analyzeOptions(request);
  return { catalog, analysis: await analyze({ catalog, options, ...collected }, context) };
}

/** Reads what a dump or a live database holds. */
export async function readSource(
  request: Pick<SourceRequest, 'source' | 'sample' | 'schemas' | 'statementTimeoutMs'>,
  context: Context,
): Promise<Catalog> {
  const { source, sample, schemas, statementTimeoutMs } = request;
  if (isDatabase(source)) {
    return readDatabase(
      source,
      {
        ...(schemas.length === 0 ? {} : { schemas }),
        ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
      },
      context,
    );
  }
  const catalog = await readDump(source, sample === undefined ? {} : { sampleRows: sample }, context);
  refuseUnread(catalog, source);
  return restrictToSchemas(catalog, schemas);
}

/** Whether a source is a server rather than a file; other addresses are neither. */
function isDatabase(source: string): boolean {
  if (/^postgres(ql)?:\/\//i.test(source)) return true;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(source)?.[1];
  if (scheme === undefined) return false;
  throw new UsageError(`cannot read from ${scheme}://`, {
    hint: 'give a dump file, a directory archive, - for standard input, or a postgres:// address.',
  });
}

/** An option that would do nothing is a misunderstanding, and better told before any server is asked. */
function refuseIdleOptions({ sample, statementTimeoutMs }: SourceRequest, database: boolean): void {
  if (database && sample !== undefined)
    throw idle('--sample', 'a live database: its own statistics are used');
  if (!database && statementTimeoutMs !== undefined)
    throw idle('--statement-timeout', 'a dump: no server is asked');
}

function idle(option: string, what: string): UsageError {
  return new UsageError(`${option} has no effect on ${what}`, { hint: `leave ${option} out.` });
}

/** Advice on no tables would look as if there were none: the statements that failed may have made all of them. */
function refuseUnread({ tables, problems }: Catalog, source: string): void {
  const [first] = problems;
  if (tables.length > 0 || first === undefined) return;
  const others = problems.length - 1;
  throw new InputError(
    `no table could be read: ${first.message}${others > 0 ? `, and ${others} more ${others === 1 ? 'statement' : 'statements'} failed` : ''}`,
    { input: source, line: first.definition.line },
    {
      hint: 'Give the output of pg_dump. SQL of other database systems must be loaded into PostgreSQL first.',
    },
  );
}

function analyzeOptions(request: SourceRequest): AnalyzeOptions {
  const { nodes, shards, tenant, distribute, range, reference, local, singleShard } = request;
  return {
    ...(nodes === undefined ? {} : { nodes }),
    ...(shards === undefined ? {} : { shards }),
    ...(tenant === undefined ? {} : { tenant }),
    distribute,
    range,
    reference,
    local,
    singleShard,
  };
}
