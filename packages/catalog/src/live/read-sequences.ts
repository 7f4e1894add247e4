import { type QualifiedName, quoteIdentifier, quoteLiteral, quoteQualifiedName } from '@shardwright/core';
import { attempt, type Connection } from '@shardwright/postgres';
import type { Sequence } from '../model/objects.ts';
import { liveDefinition, type RunFile } from './reader.ts';

interface SequenceRow extends QualifiedName {
  readonly dataType: Sequence['dataType'];
  readonly start: string;
  readonly increment: string;
  readonly minValue: string;
  readonly maxValue: string;
  readonly cache: string;
  readonly cycle: boolean;
  readonly ownedBy: { readonly schema: string; readonly table: string; readonly column: string } | null;
  readonly readable: boolean;
}

const largest = { int2: '32767', int4: '2147483647', int8: '9223372036854775807' } as const;
const smallest = { int2: '-32768', int4: '-2147483648', int8: '-9223372036854775808' } as const;
const perQuery = 500;

/** Reads all sequences; `unread` counts those whose position this role may not see. */
export async function readSequences(
  run: RunFile,
  connection: Connection,
): Promise<{ readonly sequences: readonly Sequence[]; readonly unread: number }> {
  const rows = await run<SequenceRow>('sequences');
  const readable = rows.filter((row) => row.readable);
  const positions = await attempt(connection, () => readPositions(connection, readable));
  const lastValues = positions.ok ? positions.result : new Map<string, string>();
  return {
    sequences: rows.map((row) => sequenceOf(row, lastValues.get(quoteQualifiedName(row)))),
    unread: positions.ok ? rows.length - readable.length : rows.length,
  };
}

/**
 * Positions of sequences that were used or moved. They are read as rows, which locks AccessShare: pg_sequence_last_value
 * and the view pg_sequences lock RowExclusive.
 */
async function readPositions(
  connection: Connection,
  sequences: readonly SequenceRow[],
): Promise<Map<string, string>> {
  const positions = new Map<string, string>();
  for (let first = 0; first < sequences.length; first += perQuery) {
    const parts = sequences.slice(first, first + perQuery).map((sequence) => {
      const name = quoteQualifiedName(sequence);
      const { start } = sequence;
      return `SELECT ${quoteLiteral(name)} AS name, last_value::text AS "lastValue" FROM ${name} WHERE is_called OR last_value <> ${start}`;
    });
    const rows = await connection.query<{ name: string; lastValue: string }>(parts.join('\nUNION ALL\n'));
    for (const { name, lastValue } of rows) positions.set(name, lastValue);
  }
  return positions;
}

function sequenceOf(row: SequenceRow, lastValue: string | undefined): Sequence {
  const ascends = !row.increment.startsWith('-');
  const usualMin = ascends ? '1' : smallest[row.dataType];
  const usualMax = ascends ? largest[row.dataType] : '-1';
  const sequence: Omit<Sequence, 'definition'> = {
    schema: row.schema,
    name: row.name,
    dataType: row.dataType,
    start: row.start,
    increment: row.increment,
    ...(row.minValue === usualMin ? {} : { minValue: row.minValue }),
    ...(row.maxValue === usualMax ? {} : { maxValue: row.maxValue }),
    cache: row.cache,
    cycle: row.cycle,
    ...(row.ownedBy === null
      ? {}
      : {
          ownedBy: {
            table: { schema: row.ownedBy.schema, name: row.ownedBy.table },
            column: row.ownedBy.column,
          },
        }),
    ...(lastValue === undefined ? {} : { lastValue }),
  };
  return { ...sequence, definition: liveDefinition(sequenceStatement(sequence)) };
}

const typeNames = { int2: 'smallint', int4: 'integer', int8: 'bigint' } as const;

function sequenceStatement(sequence: Omit<Sequence, 'definition'>): string {
  const { ownedBy } = sequence;
  return [
    `CREATE SEQUENCE ${quoteQualifiedName(sequence)}`,
    ` AS ${typeNames[sequence.dataType]}`,
    ` START WITH ${sequence.start} INCREMENT BY ${sequence.increment}`,
    sequence.minValue === undefined ? ' NO MINVALUE' : ` MINVALUE ${sequence.minValue}`,
    sequence.maxValue === undefined ? ' NO MAXVALUE' : ` MAXVALUE ${sequence.maxValue}`,
    ` CACHE ${sequence.cache}`,
    sequence.cycle ? ' CYCLE' : '',
    ownedBy === undefined
      ? ''
      : ` OWNED BY ${quoteQualifiedName(ownedBy.table)}.${quoteIdentifier(ownedBy.column)}`,
  ].join('');
}
