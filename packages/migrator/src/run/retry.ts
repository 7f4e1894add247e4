import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '@shardwright/core';
import { errorCode } from '@shardwright/postgres';
import { SnapshotLost } from '../source/live-source.ts';

// A connection that broke or was not to be had; a server that restarts; two transactions that met.
const transient = new Set(
  (
    '08000 08001 08003 08004 08006 40001 40P01 53300 55P03 57P01 57P02 57P03 57P05 ' +
    'ECONNRESET ECONNREFUSED EPIPE ENOENT ETIMEDOUT EHOSTUNREACH ENETUNREACH EAI_AGAIN'
  ).split(' '),
);
// What Citus says of some of its own connections to nodes has this code, and what the driver says of a socket none.
const internalError = 'XX000';
const lostConnection =
  /Connection terminated|Connection ended|not queryable|connection is closed|server conn crashed|server closed the connection|could not connect|could not establish|connection.* (?:lost|closed|failed)|connection marked as essential|terminating connection/i;
const firstWaitMs = 500;
const longestWaitMs = 15_000;
const attemptsAtMost = 12;

/** Whether the same may succeed later, with nothing mended. */
export function isTransient(error: unknown): boolean {
  if (error instanceof SnapshotLost) return false;
  const code = errorCode(error);
  if (code !== undefined && code !== internalError) return transient.has(code);
  return error instanceof Error && lostConnection.test(messagesOf(error));
}

function messagesOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message} ${messagesOf(error.cause)}` : error.message;
}

/** Does it again after transient failures, with growing waits, about two minutes long; other failures are thrown at once. */
export async function retrying<Result>(
  { signal, emit }: Context,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      // Whoever ends the run ends its sessions too.
      if (signal.aborted || !isTransient(error) || attempt === attemptsAtMost) throw error;
      const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
      const reason = error instanceof Error ? error.message : String(error);
      emit({ kind: 'warning', message: `${what}: ${reason}; again in ${waitMs / 1000} s` });
      await delay(waitMs, undefined, { signal });
    }
  }
}
