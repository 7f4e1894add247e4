import { DatabaseError } from '@shardwright/core';
import type { Step } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import type { Untried } from './missing-extensions.ts';
import type { StatementFailure } from './proof.ts';

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
      if (!(error instanceof DatabaseError) || !isAnswer(error)) throw error;
      const message = error.message.replace(`${connection.target}: `, '');
      if (untried.explains(step, message)) continue;
      failures.push({
        step: step.id,
        sql,
        message,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
    }
  }
  return failures;
}

/** Whether the server refused a statement, and did not vanish. */
function isAnswer(error: DatabaseError): boolean {
  const { cause } = error;
  return cause instanceof Error && 'severity' in cause && cause.severity === 'ERROR';
}
