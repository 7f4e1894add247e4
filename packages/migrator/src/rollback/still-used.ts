import { DatabaseError } from '@shardwright/core';
import { errorCode } from '@shardwright/postgres';

/** Gives a failure to drop what others use the names of those, and what to do; other errors as they are. */
export function namingUsers(error: unknown, subject: string): unknown {
  if (errorCode(error) !== '2BP01' || !(error instanceof DatabaseError)) return error;
  const { cause } = error;
  const detail = cause instanceof Error && 'detail' in cause ? String(cause.detail) : error.message;
  return new DatabaseError(`${subject} is used by others and stays: ${detail}`, {
    hint: 'Drop or move what is no longer wanted, and call migrate rollback again: it goes on from here.',
    cause: error,
  });
}
