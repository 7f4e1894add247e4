import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { analyze } from '@shardwright/analyzer';
import { readDump } from '@shardwright/catalog';
import { findInstallation } from '@shardwright/cluster';
import { displayName, EnvironmentError, nameKey, quietContext } from '@shardwright/core';
import { type PlannedTable, type Proof, plan } from '@shardwright/planner';
import { provePlan } from '@shardwright/prover';
import { type CorpusKind, corpusFiles, corpusMissing } from '../corpus.ts';
import { type Fingerprint, takeFingerprint } from './fingerprint.ts';
import { schemaDump } from './schema-dump.ts';

/** What the benchmark of plans is to do. */
export interface PlanBenchmarkOptions {
  /** Only schemas whose path holds this; all unless given. */
  readonly only?: string;
  /** Told in a sentence what comes next. */
  readonly say: (sentence: string) => void;
}

/** The written result: `reports/bench-self-plan.json`. */
export interface PlanBenchmark {
  readonly version: 1;
  readonly fingerprint: Fingerprint;
  readonly schemas: readonly PlannedSchema[];
  /** A generated schema of 300 tables. */
  readonly large: PlannedSchema;
}

/** One schema, planned and proven. Partitions are not counted. */
export interface PlannedSchema {
  readonly schema: string;
  readonly tables: number;
  readonly distributed: number;
  readonly reference: number;
  readonly singleShard: number;
  readonly local: number;
  /** Distributed tables that gain their distribution column. */
  readonly backfilled: number;
  /** Tables that are on the cluster what the analysis recommends, or of which the plan says why they cannot be. */
  readonly asRecommended: number;
  /** Tables that are distributed, or lead over their relations to one that is. */
  readonly ownedByTenants: number;
  /** Of those, the ones that are distributed or copied to every node. */
  readonly ownedAndSpread: number;
  readonly leftOut: number;
  readonly statements: number;
  readonly failures: readonly string[];
  readonly differences: readonly string[];
  readonly leftovers: readonly string[];
  readonly missingExtensions: readonly string[];
  /** Wall time: reading, analysing and planning; proving with the start of the cluster. */
  readonly seconds: { readonly plan: number; readonly proof: number };
}

const kinds: readonly CorpusKind[] = ['dumps', 'migrated', 'bench', 'truth', 'stress'];
const largeSchema = { tables: 300, foreignKeys: 600, seed: 1 };

/**
 * Plans every schema of the corpus and a generated one of 300 tables, and proves each plan on a throw-away Citus.
 * Throws {@link EnvironmentError} without a corpus or without Citus.
 */
export async function benchmarkPlan({ only = '', say }: PlanBenchmarkOptions): Promise<PlanBenchmark> {
  const installation = await findInstallation({ withExtension: 'citus' });
  const files = kinds.flatMap((kind) => corpusFiles(kind) ?? []);
  if (files.length === 0) throw new EnvironmentError(corpusMissing);
  const fingerprint = takeFingerprint(installation?.version);
  const chosen = files.filter((file) => file.endsWith('.sql') && file.includes(only));
  const schemas: PlannedSchema[] = [];
  for (const file of chosen) {
    const name = path.join(path.basename(path.dirname(file)), path.basename(file));
    say(`${name} (${schemas.length + 1} of ${chosen.length})`);
    schemas.push(await planAndProve(name, file));
  }
  say('a generated schema of 300 tables');
  const scratch = await mkdtemp(path.join(tmpdir(), 'shardwright-bench-'));
  try {
    const file = path.join(scratch, 'large.sql');
    await writeFile(file, schemaDump(largeSchema));
    return { version: 1, fingerprint, schemas, large: await planAndProve('300 generated tables', file) };
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function planAndProve(schema: string, file: string): Promise<PlannedSchema> {
  const started = performance.now();
  const catalog = await readDump(file, {}, quietContext());
  const analysis = await analyze({ catalog });
  const made = plan(catalog, analysis);
  const planned = performance.now();
  const proof = await provePlan(made);
  const proven = performance.now();
  const tables = made.tables.filter(({ partitionOf }) => partitionOf === undefined);
  const of = (kind: string): number => tables.filter((table) => table.kind === kind).length;
  const recommended = new Map(analysis.tables.map((table) => [nameKey(table), table.decision.kind]));
  const wrong = new Set(proof.differences.map(({ object }) => object));
  const explained = new Set(made.leftOut.map(({ object }) => object));
  const isAsRecommended = (table: PlannedTable): boolean =>
    explained.has(`distribution of ${displayName(table)}`) ||
    (recommended.get(nameKey(table)) === table.kind && !wrong.has(displayName(table)));
  const owned = ownedByTenants(
    tables.filter(({ kind }) => kind === 'distributed').map(nameKey),
    analysis.relations.filter(({ origin }) => origin !== 'workload'),
  );
  const ownedTables = tables.filter((table) => owned.has(nameKey(table)));
  return {
    schema,
    tables: tables.length,
    distributed: of('distributed'),
    reference: of('reference'),
    singleShard: of('single-shard'),
    local: of('local'),
    backfilled: made.backfills.length,
    asRecommended: tables.filter(isAsRecommended).length,
    ownedByTenants: ownedTables.length,
    ownedAndSpread: ownedTables.filter(({ kind }) => kind !== 'local').length,
    leftOut: made.leftOut.length,
    statements: proof.statements,
    ...complaintsOf(proof),
    missingExtensions: proof.missingExtensions,
    seconds: { plan: (planned - started) / 1000, proof: (proven - planned) / 1000 },
  };
}

function complaintsOf(proof: Proof): Pick<PlannedSchema, 'failures' | 'differences' | 'leftovers'> {
  const sentence = ({ step, message }: Proof['failures'][number]): string => `${step}: ${message}`;
  return {
    failures: proof.failures.map(sentence),
    differences: proof.differences.map(
      ({ object, expected, found }) => `${object}: planned ${expected}, found ${found}`,
    ),
    leftovers: [...proof.undo.failures.map(sentence), ...proof.undo.left],
  };
}

/** The given tables, and all that refer to one of them over however many others. */
function ownedByTenants(
  distributed: readonly string[],
  relations: readonly {
    readonly from: Parameters<typeof nameKey>[0];
    readonly to: Parameters<typeof nameKey>[0];
  }[],
): ReadonlySet<string> {
  const owned = new Set(distributed);
  for (let before = -1; before !== owned.size; ) {
    before = owned.size;
    for (const { from, to } of relations) if (owned.has(nameKey(to))) owned.add(nameKey(from));
  }
  return owned;
}
