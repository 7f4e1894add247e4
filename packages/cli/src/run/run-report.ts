import type { Plan } from '@shardwright/planner';
import type { RunReport } from '@shardwright/report';
import { bytesPerSecond } from './rates.ts';
import type { EndedRun } from './run-text.ts';

/** A run's report: how this run ended, and what the journal holds of all runs of the migration. */
export function runReport(plan: Plan, { result, status }: EndedRun, toolVersion: string): RunReport {
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const { id, source, startedAt, finishedAt, quarantine } = status;
  const rateOfAll = bytesPerSecond(status.tables);
  return {
    schemaVersion: '1.0',
    toolVersion,
    migration: { id, source, startedAt, ...(finishedAt === undefined ? {} : { finishedAt }) },
    isNew: result.isNew,
    jobs: result.jobs,
    seconds: result.seconds,
    ...(rateOfAll === undefined ? {} : { bytesPerSecond: Math.round(rateOfAll) }),
    tables: result.tables.map((table) => {
      const told = status.tables.find(({ relation }) => relation === table.relation);
      const rate = told && bytesPerSecond([told]);
      return {
        ...table,
        ...(rate === undefined ? {} : { bytesPerSecond: Math.round(rate) }),
        chunks: told?.history ?? [],
      };
    }),
    recopied: result.recopied,
    largeObjects: result.largeObjects,
    foreignKeysLeftOut: result.foreignKeysLeftOut,
    quarantine,
    steps: status.steps.done.map((done) => {
      const step = steps.get(done.id);
      return { ...done, phase: step?.phase ?? '', title: step?.title ?? done.id };
    }),
  };
}
