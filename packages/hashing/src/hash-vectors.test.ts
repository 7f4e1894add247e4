import { readFileSync } from 'node:fs';
import { corpusFile, corpusMissing } from '@shardwright/testing';
import { expect, test } from 'vitest';
import { hashValue } from './hash-value.ts';
import { shardIndex } from './shards.ts';

test('every vector of the corpus has the hash and the shards that Citus gave it', (context) => {
  const file = corpusFile('hash', 'vectors.tsv');
  if (!file) return context.skip(corpusMissing);
  const rows = readFileSync(file, 'utf8').trimEnd().split('\n');
  const different = rows.flatMap((row) => {
    const [type = '', value = '', hash, of32, of48] = row.split('\t');
    const ours = hashValue(type, asOutput(type, value));
    const shards = ours === undefined ? [] : [shardIndex(ours, 32), shardIndex(ours, 48)];
    return String([ours, ...shards]) === String([hash, of32, of48]) ? [] : [{ row, ours, shards }];
  });
  expect(different).toEqual([]);
  expect(rows.length).toBeGreaterThan(1_000);
});

/** The corpus writes some types in forms of its own; this gives PostgreSQL's. */
function asOutput(type: string, value: string): string {
  switch (type) {
    case 'text':
    case 'varchar':
    case 'bpchar':
      return String(JSON.parse(value));
    case 'bool':
      return value === '1' ? 't' : 'f';
    case 'bytea':
      return `\\x${value}`;
    case 'timestamptz': {
      // Microseconds since 2000-01-01.
      const micros = BigInt(value);
      const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
      const milliseconds = Number((micros - fraction) / 1_000n) + Date.UTC(2000, 0, 1);
      const [day, time] = new Date(milliseconds).toISOString().split(/[T.]/);
      return `${day} ${time}.${String(fraction).padStart(6, '0')}+00`;
    }
    default:
      return value;
  }
}
