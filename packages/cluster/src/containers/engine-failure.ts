import { EnvironmentError } from '@shardwright/core';

const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /port is already allocated|address already in use|ports are not available/i,
    'Another program listens on that port. End it, or choose other ports.',
  ],
  [
    /no space left on device/i,
    'The disk that the engine keeps its data on is full: docker system df shows by what.',
  ],
  [
    /non-overlapping ipv4 address pool|address pools have been fully subnetted/i,
    'The engine has no addresses left for one more network: docker network prune removes unused ones.',
  ],
  [
    /permission denied|EACCES/i,
    'The engine’s socket is not yours to use: join the group that owns it, usually docker.',
  ],
  [
    /ECONNREFUSED|ENOENT|ECONNRESET|socket hang up/,
    'The engine does not answer any more. Is it still running?',
  ],
];

/** What to tell the user when the engine refuses something. */
export function engineFailure(tried: string, error: unknown): EnvironmentError {
  const reason = engineReason(error);
  return new EnvironmentError(`cannot ${tried}: ${reason}`, {
    hint: remedyFor(reason) ?? 'The engine’s own log may tell more.',
    cause: error,
  });
}

/** What to do about a failure that a server's log or an engine's message tells; `undefined` when that is unknown. */
export function remedyFor(text: string): string | undefined {
  return remedies.find(([pattern]) => pattern.test(text))?.[1];
}

/** The engine's own words, without the driver's. */
export function engineReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('json' in error && typeof error.json === 'object' && error.json !== null && 'message' in error.json) {
    return String(error.json.message).trim();
  }
  return error.message.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim();
}

/** Whether the engine refused because somebody else has the port. */
export function isPortTaken(error: unknown): boolean {
  return remedies[0]?.[0].test(engineReason(error)) ?? false;
}

/** The result, or `undefined` where the engine does not know the object. */
export async function unlessMissing<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (statusCode(error) === 404) return undefined;
    throw error;
  }
}

/** Waits for a call; that things stand already as it would have them (304) is no failure. */
export async function unlessDone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (statusCode(error) !== 304) throw error;
  }
}

function statusCode(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}
