import type { Analysis } from '@shardwright/analyzer';
import { type ExitCode, exitCode } from '@shardwright/core';
import { plan } from '@shardwright/planner';
import { renderAnalysis } from '@shardwright/report';
import type { CommandIo } from '../command-io.ts';
import { prepareProof, proofExitCode } from '../prove/run-proof.ts';
import { version } from '../version.ts';
import { checkWritable, writeWhole } from '../write-result.ts';
import { analyzeSource } from './analyze-source.ts';
import { planCommand } from './plan-command.ts';
import type { AnalyzeRequest } from './request.ts';

/** Reads, analyses, renders, writes; the exit code says whether the findings are bearable. */
export async function runAnalyze(request: AnalyzeRequest, io: CommandIo): Promise<ExitCode> {
  const { stdout, secrets, signal, width } = io;
  const { out, format } = request;
  const next = planCommand(request);
  if (out !== undefined) await checkWritable(out);
  const prove = request.proof === undefined ? undefined : await prepareProof(request.proof, io);
  const { catalog, analysis } = await analyzeSource(request, io);
  signal.throwIfAborted();
  const proof = await prove?.(plan(catalog, analysis));
  signal.throwIfAborted();
  io.emit({ kind: 'phase', phase: `rendering ${format}` });
  const report = secrets.redact(
    await renderAnalysis(proof === undefined ? analysis : { ...analysis, proof }, format, {
      width,
      color: out === undefined && stdout.isTTY === true && stdout.hasColors?.() === true,
      toolVersion: version(),
      madeAt: new Date().toISOString(),
      ...(next === undefined ? {} : { planCommand: next }),
    }),
  );
  signal.throwIfAborted();
  if (out === undefined) await io.print(report);
  else {
    await writeWhole(out, report);
    const { sentence } = analysis.headline;
    await io.note(`${sentence}\nWrote ${out}`, { kind: 'written', path: out, sentence });
  }
  const found = verdict(analysis, request.failOn);
  return found !== exitCode.yes || proof === undefined ? found : proofExitCode(proof);
}

/** Advice was given: that is a yes, unless the caller set a bar for the findings. */
function verdict({ headline: { findings } }: Analysis, failOn: AnalyzeRequest['failOn']): ExitCode {
  switch (failOn) {
    case 'never':
      return exitCode.yes;
    case 'error':
      return findings.error > 0 ? exitCode.no : exitCode.yes;
    case 'warning':
      return findings.error + findings.warning > 0 ? exitCode.no : exitCode.yes;
    default:
      return failOn satisfies never;
  }
}
