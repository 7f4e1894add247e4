import type { Connection } from '@shardwright/postgres';
import type { NodeIdentity } from './sample.ts';

/** What one node answered to one probe. */
export type Answer<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** A query of one row whose column `value` is JSON. */
export interface Question {
  readonly session: Connection;
  readonly sql: string;
}

/** Asks the server at the other end of the session itself. */
export async function askCoordinator<Value>({ session, sql }: Question): Promise<Answer<Value>> {
  try {
    const [row] = await session.query<{ value: Value }>(sql);
    return row ? { kind: 'read', value: row.value } : { kind: 'failed', reason: 'no answer' };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  }
}

/**
 * Asks workers at once, each over a connection that its coordinator opens and closes. A node that keeps the others
 * waiting beyond the statement timeout is found by asking again, one by one.
 */
export async function askWorkers<Value>(
  question: Question,
  workers: readonly NodeIdentity[],
): Promise<ReadonlyMap<number, Answer<Value>>> {
  if (workers.length === 0) return new Map();
  try {
    return await askTogether(question, workers);
  } catch (error) {
    const [only, second] = workers;
    if (only && !second) return new Map([[only.id, { kind: 'failed', reason: reasonOf(error) }]]);
  }
  const answers = new Map<number, Answer<Value>>();
  for (const worker of workers) {
    for (const [id, answer] of await askWorkers<Value>(question, [worker])) answers.set(id, answer);
  }
  return answers;
}

async function askTogether<Value>(
  { session, sql }: Question,
  workers: readonly NodeIdentity[],
): Promise<ReadonlyMap<number, Answer<Value>>> {
  const rows = await session.query<{ name: string; port: number; success: boolean; result: string }>(
    `SELECT node_name AS name, node_port AS port, success, result
     FROM master_run_on_worker($1::text[], $2::int[], array_fill($3::text, ARRAY[cardinality($1::text[])]), true)`,
    [workers.map(({ name }) => name), workers.map(({ port }) => port), sql],
  );
  return new Map(
    workers.map(({ id, name, port }) => {
      const row = rows.find((candidate) => candidate.name === name && candidate.port === port);
      return [id, readAnswer<Value>(row)];
    }),
  );
}

function readAnswer<Value>(row: { success: boolean; result: string } | undefined): Answer<Value> {
  if (!row) return { kind: 'failed', reason: 'no answer' };
  if (row.success) return { kind: 'read', value: JSON.parse(row.result) };
  const reason = row.result.replace(/^ERROR:\s+/, '').trim();
  // Citus' own words for all that keeps it from a result; a server's refusal has the server's.
  return { kind: /^failed to /.test(reason) ? 'unreachable' : 'failed', reason };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
