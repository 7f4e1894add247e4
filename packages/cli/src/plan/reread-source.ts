import type { Analysis } from '@shardwright/analyzer';
import {
  type Catalog,
  type CatalogDifference,
  type CatalogOrigin,
  catalogDifferences,
  catalogFingerprint,
} from '@shardwright/catalog';
import { type Context, UsageError } from '@shardwright/core';
import { readSource } from '../analyze/analyze-source.ts';
import type { PlanRequest } from './request.ts';

/** The database of an analysis as it is now, and what in it is not as it was. */
export interface RereadSource {
  readonly catalog: Catalog;
  readonly differences: readonly CatalogDifference[];
}

/** Reads the source of an analysis again, from where the analysis read it unless the request names another place. */
export async function rereadSource(
  analysis: Analysis,
  request: PlanRequest,
  context: Context,
): Promise<RereadSource> {
  refuseDecisions(request);
  const { elsewhere, statementTimeoutMs } = request;
  const { origin, fingerprint } = analysis;
  const catalog = await readSource(
    {
      source: elsewhere ?? placeOf(origin, request.input),
      schemas: origin.schemas ?? [],
      ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
    },
    context,
  );
  return { catalog, differences: catalogDifferences(fingerprint, catalogFingerprint(catalog)) };
}

/** An analysis has decided: what would decide otherwise is a misunderstanding. */
function refuseDecisions(request: PlanRequest): void {
  const given: readonly (readonly [option: string, isGiven: boolean])[] = [
    ['workload', request.workload.length > 0],
    ['distribute', request.distribute.length > 0],
    ['range', request.range.length > 0],
    ['reference', request.reference.length > 0],
    ['local', request.local.length > 0],
    ['single-shard', request.singleShard.length > 0],
    ['tenant', request.tenant !== undefined],
    ['nodes', request.nodes !== undefined],
    ['shards', request.shards !== undefined],
    ['schema', request.schemas.length > 0],
    ['sample', request.sample !== undefined],
  ];
  const [first] = given.find(([, isGiven]) => isGiven) ?? [];
  if (first === undefined) return;
  throw new UsageError(`--${first} has no effect on an analysis: what it decided is planned`, {
    hint: `give --${first} to migrate analyze, or plan from the dump or database itself.`,
  });
}

/** What the label of an origin names, as a source is named on the command line. */
function placeOf({ kind, label }: CatalogOrigin, input: string): string {
  if (kind === 'dump' && label !== '-') return label;
  const [, user = '', host = '', port = '', database = ''] = /^(.*)@(.*):(\d+)\/(.*)$/.exec(label) ?? [];
  if (kind === 'dump' || port === '') {
    throw new UsageError(`${input} does not tell where its database can be read again (${label})`, {
      hint: 'name the dump or the database with --source.',
    });
  }
  const path = encodeURIComponent(database);
  // A directory is that of a server's socket.
  return host.startsWith('/')
    ? `postgres://${encodeURIComponent(user)}@/${path}?host=${encodeURIComponent(host)}&port=${port}`
    : `postgres://${encodeURIComponent(user)}@${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}/${path}`;
}
