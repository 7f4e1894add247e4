import type { Analysis } from '@shardwright/analyzer';
import type { Catalog, CatalogDifference } from '@shardwright/catalog';
import { type ExitCode, exitCode, plural, UsageError } from '@shardwright/core';
import { plan, renderBackfill, renderChecks, renderMigration, renderRollback } from '@shardwright/planner';
import {
  type PlanReport,
  renderPlanReadme,
  renderPlanText,
  renderProofText,
  renderTableAnalysis,
} from '@shardwright/report';
import { analyzeSource } from '../analyze/analyze-source.ts';
import type { CommandIo } from '../command-io.ts';
import { prepareProof, proofExitCode } from '../prove/run-proof.ts';
import { version } from '../version.ts';
import { checkPlanDirectory, type PlanTexts, planFiles, writePlan } from './plan-directory.ts';
import { isAnalysisFile, readAnalysis } from './read-analysis.ts';
import type { PlanRequest } from './request.ts';
import { rereadSource } from './reread-source.ts';

/**
 * Reads, decides or takes what was decided, plans, proves where that is asked for, writes; 1 when the source is not the
 * analysed one any more, or the plan does not hold.
 */
export async function runPlan(request: PlanRequest, io: CommandIo): Promise<ExitCode> {
  const { out, force, proof: proofRequest } = request;
  if (out !== undefined) await checkPlanDirectory(out, force);
  const prove = proofRequest === undefined ? undefined : await prepareProof(proofRequest, io);
  const decided = await decide(request, io);
  if (decided === undefined) return exitCode.no;
  io.signal.throwIfAborted();
  io.emit({ kind: 'phase', phase: 'planning' });
  const planned = reportOn(decided.catalog, decided.analysis);
  const proof = await prove?.(planned.plan);
  const report = proof === undefined ? planned : { ...planned, proof };
  const texts = renderTexts(report);
  io.signal.throwIfAborted();
  if (out !== undefined) {
    await writePlan(out, texts);
    await io.note(`Wrote ${planFiles.join(', ')} to ${out}`, { kind: 'written', path: out });
  }
  await io.print(io.json ? texts['plan.json'] : summary(report, request, io));
  return proof === undefined ? exitCode.yes : proofExitCode(proof);
}

interface Decided {
  readonly catalog: Catalog;
  readonly analysis: Analysis;
}

/** The source with its analysis; `undefined`, and told, when an analysis is of another state of it. */
async function decide(request: PlanRequest, io: CommandIo): Promise<Decided | undefined> {
  const { input, elsewhere } = request;
  if (!(await isAnalysisFile(input))) {
    if (elsewhere !== undefined) throw idleSource(input);
    return analyzeSource({ ...request, source: input }, io);
  }
  const analysis = await readAnalysis(input);
  const { catalog, differences } = await rereadSource(analysis, request, io);
  if (differences.length === 0) return { catalog, analysis };
  await io.print(changedText(catalog, differences, request, io));
  return undefined;
}

function idleSource(input: string): UsageError {
  return new UsageError(`--source has no effect here: ${input} is read itself`, {
    hint: 'leave --source out; it tells where the database of an analysis is.',
  });
}

function reportOn(catalog: Catalog, analysis: Analysis): PlanReport {
  const indexes = catalog.tables.flatMap(({ statistics }) => statistics?.indexBytes ?? []);
  return {
    plan: plan(catalog, analysis),
    analysis,
    ...(indexes.length === 0 ? {} : { indexBytes: indexes.reduce((total, bytes) => total + bytes, 0) }),
    madeAt: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    toolVersion: version(),
  };
}

function renderTexts(report: PlanReport): PlanTexts {
  const { plan: made, proof } = report;
  // Nothing is blackened: a password that is a word of the schema as well would leave other statements than planned.
  return {
    'plan.json': `${JSON.stringify({ ...made, ...(proof === undefined ? {} : { proof }) }, null, 2)}\n`,
    'migration.sql': renderMigration(made, report),
    'rollback.sql': renderRollback(made, report),
    'checks.sql': renderChecks(made, report),
    'backfill.sql': renderBackfill(made, report),
    'table-analysis.txt': renderTableAnalysis(report),
    'README.md': renderPlanReadme(report),
  };
}

function summary(report: PlanReport, { out }: PlanRequest, { stdout, width }: CommandIo): string {
  const style = { width, color: stdout.isTTY === true && stdout.hasColors?.() === true };
  const { plan: made, proof } = report;
  const text = renderPlanText(report, { ...style, ...(out === undefined ? {} : { directory: out }) });
  return proof === undefined ? text : `${text}\n${renderProofText(proof, made, style)}`;
}

const mostDifferences = 40;

/** What differs, and what to do about it. */
function changedText(
  { origin }: Catalog,
  differences: readonly CatalogDifference[],
  { input }: PlanRequest,
  { json, paint }: CommandIo,
): string {
  if (json) return `${JSON.stringify({ planVersion: '1.0', changed: differences }, null, 2)}\n`;
  const signs = { added: '+', removed: '-', changed: '~' } as const;
  const rest = differences.length - mostDifferences;
  return [
    paint.strong(
      `${origin.label} is not what ${input} analysed: ${plural(differences.length, 'object')} ${differences.length === 1 ? 'differs' : 'differ'}, and no plan was made.`,
    ),
    ...differences.slice(0, mostDifferences).map(({ object, change }) => `  ${signs[change]} ${object}`),
    ...(rest > 0 ? [`  … and ${rest} more: --json lists all`] : []),
    '',
    'Analyse it again, or plan from it directly: migrate plan takes a dump or a database as well.',
    '',
  ].join('\n');
}
