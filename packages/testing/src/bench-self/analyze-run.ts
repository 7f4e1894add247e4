import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EnvironmentError, exitCode } from '@shardwright/core';
import { type Measurement, measureNodeProgram } from './measured-process.ts';

const migrate = fileURLToPath(new URL('../../../cli/bin/migrate.js', import.meta.url));

/** One measured `migrate analyze`, with what its result says of itself. */
export interface AnalyzeRun {
  readonly measurement: Measurement;
  readonly tables: number;
  /** Rows by table, where the dump had data. */
  readonly rows: ReadonlyMap<string, number>;
  readonly provenOptimal: boolean;
}

/** The part of an analysis in JSON that proves the work was done. */
interface AnalysisResult {
  readonly tables: readonly { readonly name: string; readonly rows?: { readonly count: number } }[];
  readonly optimisation?: { readonly status: string };
}

/** Runs the whole process on a dump. Throws {@link EnvironmentError} when it ends in anything but an answer. */
export async function runAnalyze(dump: string, scratch: string): Promise<AnalyzeRun> {
  const result = path.join(scratch, 'analysis.json');
  const args = ['analyze', dump, '--format', 'json', '--out', result];
  const { exitCode: code, stderr, ...measurement } = await measureNodeProgram(migrate, args);
  if (code !== exitCode.yes && code !== exitCode.no) {
    throw new EnvironmentError(`migrate analyze ${dump} ended with exit code ${code}`, {
      hint: `It said: ${stderr.trim().slice(-500)}`,
    });
  }
  const analysis: AnalysisResult = JSON.parse(await readFile(result, 'utf8'));
  return {
    measurement,
    tables: analysis.tables.length,
    rows: new Map(analysis.tables.flatMap(({ name, rows }) => (rows ? [[name, rows.count] as const] : []))),
    provenOptimal: analysis.optimisation?.status === 'optimal',
  };
}
