import { DatabaseError } from '@shardwright/core';
import type { StatementFailure, Step } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import type { Untried } from './missing-extensions.ts';
import { serverAnswer } from './server-answer.ts';

/** A statement and the step that it belongs to. */
export interface PlannedStatement {
  readonly step: Step;
  readonly sql: string;
}

interface RunOptions {
  readonly eachStep: (step: Step, index: number) => void;
  readonly untried: Untried;
}

/** Runs statements one by one, and goes on after those that fail. Throws only when the session is gone. */
export async function runStatements(
  connection: Connection,
  statements: readonly PlannedStatement[],
  { eachStep, untried }: RunOptions,
): Promise<readonly StatementFailure[]> {
  const failures: StatementFailure[] = [];
  let current: Step | undefined;
  for (const [index, { step, sql }] of statements.entries()) {
    if (step !== current) eachStep(step, index);
    current = step;
    try {
      await connection.query(sql);
    } catch (error) {
      const message = serverAnswer(error);
      if (message === undefined) throw error;
      if (untried.explains(step, message)) continue;
      failures.push({
        step: step.id,
        sql,
        message,
        ...(error instanceof DatabaseError && error.hint !== undefined ? { hint: error.hint } : {}),
      });
    }
  }
  return failures;
}
