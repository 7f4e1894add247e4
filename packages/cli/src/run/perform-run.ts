import { type Context, DatabaseError, type ExitCode, exitCode, InterruptedError } from '@shardwright/core';
import { readStatus, runMigration } from '@shardwright/migrator';
import { renderRun } from '@shardwright/report';
import type { CommandIo } from '../command-io.ts';
import { readPlan } from '../plan/read-plan.ts';
import { version } from '../version.ts';
import { checkWritable, writeWhole } from '../write-result.ts';
import type { MetricsAddress } from './metrics-address.ts';
import { nextCommands, runCommandLine } from './next-commands.ts';
import type { RunRequest } from './request.ts';
import { runReport } from './run-report.ts';
import { type EndedRun, printRun } from './run-text.ts';
import { serveMetrics } from './serve-metrics.ts';

/** Reads the plan, carries it out, tells how that went; 1 when rows were set aside. */
export async function performRun(request: RunRequest, io: CommandIo): Promise<ExitCode> {
  const plan = await readPlan(request.directory);
  if (request.report !== undefined) await checkWritable(request.report.path);
  const { metrics, target } = request;
  await using _endpoint = metrics && (await openMetrics(metrics, target, io));
  const result = await runUntilInterrupted(request, io, (context) => runMigration(plan, request, context));
  const status = await readStatus(target);
  if (status === undefined) throw new DatabaseError('the journal of the migration is gone');
  const ended: EndedRun = { result, status };
  const report = runReport(plan, ended, version());
  if (request.report !== undefined) {
    await writeWhole(request.report.path, io.secrets.redact(renderRun(report, request.report.format)));
    await io.note(`Wrote ${request.report.path}`, { kind: 'written', path: request.report.path });
  }
  if (io.json) await io.printJson(report);
  else {
    await printRun(ended, io);
    await io.suggest(nextCommands(request, status.quarantine.length > 0));
  }
  return status.quarantine.length > 0 ? exitCode.no : exitCode.yes;
}

/** Says with what to go on, whether somebody ended the run or something went wrong once it was begun. */
async function runUntilInterrupted<Result>(
  request: RunRequest,
  io: CommandIo,
  run: (context: Context) => Promise<Result>,
): Promise<Result> {
  let isBegun = false;
  const context: Context = {
    signal: io.signal,
    clock: io.clock,
    emit: (event) => {
      isBegun ||= event.kind !== 'warning' && event.phase === 'making tables';
      io.emit(event);
    },
  };
  try {
    return await run(context);
  } catch (error) {
    if (!isBegun) throw error;
    const commandLine = runCommandLine(request);
    if (io.signal.aborted) {
      throw new InterruptedError('interrupted; what was committed stays', {
        hint: `go on with: ${commandLine}`,
        cause: error,
      });
    }
    await io.note(`What was committed stays. When the cause is mended, go on with: ${commandLine}`, {
      kind: 'unfinished',
      next: commandLine,
    });
    throw error;
  }
}

async function openMetrics(address: MetricsAddress, target: string, io: CommandIo): Promise<AsyncDisposable> {
  const endpoint = await serveMetrics(address, () => readStatus(target));
  await io.note(`Metrics on ${endpoint.url}`, { kind: 'metrics', url: endpoint.url });
  return endpoint;
}
