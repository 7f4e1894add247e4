import { DatabaseError } from '@shardwright/core';

/** The server's own words where it refused a statement; `undefined` where it vanished, or something else went wrong. */
export function serverAnswer(error: unknown): string | undefined {
  if (!(error instanceof DatabaseError)) return undefined;
  const { cause } = error;
  const isAnswer = cause instanceof Error && 'severity' in cause && cause.severity === 'ERROR';
  return isAnswer ? cause.message : undefined;
}
