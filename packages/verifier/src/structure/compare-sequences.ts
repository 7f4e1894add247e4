import { nameKey, type QualifiedName, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import type { SequenceFinding, Verification } from '../model/verification.ts';
import { sequencesSql } from '../sql-files.ts';

interface SequenceRow extends QualifiedName {
  readonly increment: string;
  readonly feeds: readonly { readonly schema: string; readonly table: string; readonly column: string }[];
}

/** What a sequence gives next. */
interface Position extends SequenceRow {
  readonly next: bigint;
}

/** Above it lie the numbers that workers of Citus give by themselves. */
const workersBegin = '281474976710656';

/** Whether no sequence of the target gives a value that the source gave, or that its columns hold already. */
export async function compareSequences(
  source: Connection,
  target: Connection,
  isLeftOut: (sequence: QualifiedName) => boolean,
): Promise<Verification['sequences']> {
  const [before, after] = await Promise.all([readPositions(source), readPositions(target)]);
  const compared = [...before.values()].filter((sequence) => !isLeftOut(sequence));
  const findings: SequenceFinding[] = [];
  for (const sequence of compared) {
    const { schema, name, next } = sequence;
    const own = after.get(nameKey(sequence));
    if (own === undefined) {
      findings.push({ schema, name, kind: 'missing', what: 'the target has no such sequence' });
      continue;
    }
    const descends = own.increment.startsWith('-');
    const isBehind = descends ? own.next > next : own.next < next;
    if (isBehind) {
      const what = `gives ${own.next} next, and in the source ${next}`;
      findings.push({ schema, name, kind: 'behind-source', what });
      continue;
    }
    for (const feed of own.feeds) {
      const last = await lastValue(target, feed, descends);
      if (last === undefined || (descends ? own.next < last : own.next > last)) continue;
      const column = `${quoteQualifiedName({ schema: feed.schema, name: feed.table })}.${quoteIdentifier(feed.column)}`;
      const inSource = own.next === next ? ', as in the source' : '';
      const what = `gives ${own.next} next, and ${column} holds ${last} already${inSource}`;
      findings.push({ schema, name, kind: 'behind-column', what });
    }
  }
  return { compared: compared.length, findings };
}

async function readPositions(connection: Connection): Promise<ReadonlyMap<string, Position>> {
  const positions = new Map<string, Position>();
  for (const row of await connection.query<SequenceRow>(sequencesSql)) {
    // Read as a row, which needs SELECT only and takes no number.
    const [state] = await connection.query<{ last: string; called: boolean }>(
      `SELECT last_value::text AS last, is_called AS called FROM ${quoteQualifiedName(row)}`,
    );
    const last = BigInt(state?.last ?? '0');
    positions.set(nameKey(row), { ...row, next: state?.called ? last + BigInt(row.increment) : last });
  }
  return positions;
}

/** The value of a column that the sequence gave last. */
async function lastValue(
  connection: Connection,
  feed: SequenceRow['feeds'][number],
  descends: boolean,
): Promise<bigint | undefined> {
  const column = quoteIdentifier(feed.column);
  const table = quoteQualifiedName({ schema: feed.schema, name: feed.table });
  const [row] = await connection.query<{ last: string | null }>(
    `SELECT ${descends ? 'min' : 'max'}(${column})::text AS last FROM ${table} WHERE ${column} <= ${workersBegin}`,
  );
  return row?.last === null || row?.last === undefined ? undefined : BigInt(row.last);
}
