import type { Sequence } from '@shardwright/catalog';
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from '@shardwright/core';

const widestOf = { int2: '32767', int4: '2147483647', int8: '9223372036854775807' } as const;

/** CREATE SEQUENCE; as bigint when the column that it feeds becomes one. */
export function createSequence(sequence: Sequence, asBigint: boolean): string {
  const isNarrow = sequence.dataType !== 'int8' && !asBigint;
  const type = isNarrow ? [`AS ${sequence.dataType === 'int4' ? 'integer' : 'smallint'}`] : [];
  return [
    `CREATE SEQUENCE ${quoteQualifiedName(sequence)}`,
    ...type,
    ...sequenceOptions(sequence, asBigint),
  ].join(' ');
}

/** What a sequence says of itself beside its type; as bigint, the ends that its narrower type set go. */
export function sequenceOptions(sequence: Sequence, asBigint: boolean): readonly string[] {
  const { dataType, start, increment, minValue, maxValue, cache, cycle } = sequence;
  const isWidened = asBigint && dataType !== 'int8';
  return [
    ...(increment === '1' ? [] : [`INCREMENT BY ${increment}`]),
    ...(minValue === undefined || (isWidened && minValue.startsWith('-')) ? [] : [`MINVALUE ${minValue}`]),
    ...(maxValue === undefined || (isWidened && maxValue === widestOf[dataType])
      ? []
      : [`MAXVALUE ${maxValue}`]),
    ...(start === '1' ? [] : [`START WITH ${start}`]),
    ...(cache === '1' ? [] : [`CACHE ${cache}`]),
    ...(cycle ? ['CYCLE'] : []),
  ];
}

/** ALTER SEQUENCE … OWNED BY; `undefined` for one that nobody owns. */
export function ownSequence({ ownedBy, ...sequence }: Sequence): string | undefined {
  if (ownedBy === undefined) return undefined;
  return `ALTER SEQUENCE ${quoteQualifiedName(sequence)} OWNED BY ${quoteQualifiedName(ownedBy.table)}.${quoteIdentifier(ownedBy.column)}`;
}

/** Moves a sequence to where the source's stands. */
export function setSequence(sequence: Sequence): string | undefined {
  if (sequence.lastValue === undefined) return undefined;
  return `SELECT pg_catalog.setval(${quoteLiteral(quoteQualifiedName(sequence))}, ${sequence.lastValue}, true)`;
}
