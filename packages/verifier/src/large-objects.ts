import { formatExact, plural } from '@shardwright/core';
import { type Connection, errorCode } from '@shardwright/postgres';
import type { LargeObjectFinding, Verification } from './model/verification.ts';
import { largeObjectsSql } from './sql-files.ts';

interface LargeObject {
  readonly oid: string;
  readonly bytes: string;
  readonly h1: string;
  readonly h2: string;
}

/** Who may not read large objects. */
const insufficientPrivilege = '42501';

/** Compares the large objects of both sides, by number: how long they are, and two hashes of what they hold. */
export async function compareLargeObjects(
  source: Connection,
  target: Connection,
): Promise<Verification['largeObjects']> {
  const counts = await Promise.all([source, target].map(countObjects));
  if (counts.every((count) => count === 0)) return { compared: 0, findings: [] };
  try {
    const [before, after] = await Promise.all([readObjects(source), readObjects(target)]);
    return { compared: before.size, findings: [...findingsOf(before, after)] };
  } catch (error) {
    if (errorCode(error) !== insufficientPrivilege) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { compared: 0, findings: [], reason };
  }
}

function* findingsOf(
  before: ReadonlyMap<string, LargeObject>,
  after: ReadonlyMap<string, LargeObject>,
): Generator<LargeObjectFinding> {
  for (const [oid, { bytes, h1, h2 }] of before) {
    const found = after.get(oid);
    if (found === undefined) yield { oid, kind: 'missing', what: 'the target has no such object' };
    else if (found.bytes !== bytes)
      yield {
        oid,
        kind: 'different',
        what: `has ${plural(Number(found.bytes), 'byte')}, and in the source ${formatExact(Number(bytes))}`,
      };
    else if (found.h1 !== h1 || found.h2 !== h2)
      yield {
        oid,
        kind: 'different',
        what: `has other bytes than in the source, as many (${formatExact(Number(bytes))})`,
      };
  }
  for (const oid of after.keys())
    if (!before.has(oid)) yield { oid, kind: 'unexpected', what: 'the source has no such object' };
}

async function countObjects(connection: Connection): Promise<number> {
  const [row] = await connection.query<{ objects: number }>(
    'SELECT count(*)::int AS objects FROM pg_largeobject_metadata',
  );
  return row?.objects ?? 0;
}

async function readObjects(connection: Connection): Promise<ReadonlyMap<string, LargeObject>> {
  const rows = await connection.query<LargeObject>(largeObjectsSql);
  return new Map(rows.map((row) => [row.oid, row]));
}
