import { citusDatabase } from '@shardwright/testing';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { binaryHash } from './binary-hash.ts';
import { hashValue } from './hash-value.ts';
import { shardIndex } from './shards.ts';

const database = citusDatabase();
const shardCount = 48;
const valuesPerType = 2_000;

/** How values of a type come about: random texts, and the SQL that makes a value of such a text `v`. */
interface ValueSource {
  readonly type: string;
  readonly texts: fc.Arbitrary<string>;
  /** Default: a cast of the text. */
  readonly sql?: string;
}

const integer = (bits: number) =>
  fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n }).map(String);
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 300 }),
);
const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(toHex);
const microseconds = fc.oneof(
  fc.integer({ min: -86_400_000_000_000, max: 86_400_000_000_000 }),
  fc.maxSafeInteger(),
);
const zone = fc
  .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 59 }))
  .map(([sign, hours, minutes]) => `${sign}${hours}:${String(minutes).padStart(2, '0')}`);
const timeOfDay = fc
  .integer({ min: 0, max: 86_399_999_999 })
  .map(
    (micros) =>
      `${new Date(Math.floor(micros / 1000)).toISOString().slice(11, 23)}${String(micros % 1000).padStart(3, '0')}`,
  );
const address = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
  fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
);
const arrayOf = (element: fc.Arbitrary<string>) =>
  fc
    .array(fc.option(element, { freq: 8 }), { maxLength: 8 })
    .map(
      (elements) => `{${elements.map((text) => (text === null ? 'NULL' : quoteElement(text))).join(',')}}`,
    );

const sources: readonly ValueSource[] = [
  { type: 'bool', texts: fc.constantFrom('t', 'f') },
  { type: '"char"', texts: fc.constantFrom('', 'a', 'Z', ' ', '~', '0') },
  { type: 'int2', texts: integer(16) },
  { type: 'int4', texts: fc.oneof(integer(32), integer(8)) },
  { type: 'int8', texts: fc.oneof(integer(64), integer(54), integer(33), integer(8)) },
  { type: 'oid', texts: fc.integer({ min: 0, max: 0xffff_ffff }).map(String) },
  {
    type: 'float4',
    texts: fc.oneof(fc.float().map(String), fc.constant('-0'), fc.float({ max: 9, min: 0 }).map(String)),
  },
  { type: 'float8', texts: fc.oneof(fc.double().map(String), fc.constant('-0'), fc.integer().map(String)) },
  {
    type: 'numeric',
    texts: fc.oneof(
      fc.stringMatching(/^-?\d{1,40}(\.\d{1,30})?$/),
      fc.stringMatching(/^-?0\.0{0,12}\d{1,9}$/),
      fc.stringMatching(/^[1-9]\d{0,3}0{0,12}(\.0{1,6})?$/),
      fc.constantFrom('NaN', 'Infinity', '-Infinity', '0', '0.000'),
    ),
  },
  { type: 'numeric(12,2)', texts: fc.stringMatching(/^-?\d{1,9}(\.\d{1,4})?$/) },
  { type: 'text', texts: anyText },
  { type: 'varchar(20)', texts: anyText },
  { type: 'name', texts: anyText },
  { type: 'char(12)', texts: anyText },
  { type: 'bytea', texts: fc.uint8Array({ maxLength: 60 }).map((bytes) => `\\x${toHex(bytes)}`) },
  { type: 'uuid', texts: fc.uuid() },
  {
    type: 'date',
    texts: fc
      .oneof(
        fc.integer({ min: -2_451_545, max: 2_145_031_548 - 2_440_588 }),
        fc.integer({ min: -90_000, max: 90_000 }),
      )
      .map(String),
    sql: "date '2000-01-01' + v::int",
  },
  {
    type: 'date',
    texts: fc.constantFrom('infinity', '-infinity', '4714-11-24 BC', '0001-12-31 BC', '1900-02-28'),
  },
  {
    type: 'timestamp',
    texts: microseconds.map(String),
    sql: "timestamp '2000-01-01' + (v || ' microseconds')::interval",
  },
  {
    type: 'timestamptz',
    texts: microseconds.map(String),
    sql: "timestamptz '2000-01-01 UTC' + (v || ' microseconds')::interval",
  },
  {
    type: 'timestamptz',
    texts: fc.constantFrom('infinity', '-infinity', '4713-01-01 00:00:00+00 BC', '294276-12-31 23:59:59+00'),
  },
  { type: 'time', texts: fc.oneof(timeOfDay, fc.constantFrom('24:00:00', '00:00:00')) },
  { type: 'timetz', texts: fc.tuple(timeOfDay, zone).map(([time, offset]) => time + offset) },
  {
    type: 'interval',
    texts: fc
      .tuple(
        fc.integer({ min: -40_000, max: 40_000 }),
        fc.integer({ min: -9_999, max: 9_999 }),
        fc.maxSafeInteger(),
      )
      .map(([months, days, micros]) => `${months} months ${days} days ${micros} microseconds`),
  },
  {
    type: 'interval',
    texts: fc.constantFrom('1 day', '24 hours', '1 mon', '30 days', '-1 year -2 mons +3 days', '0'),
  },
  { type: 'inet', texts: address.map(([host, bits]) => `${host}/${bits}`) },
  { type: 'cidr', texts: address.map(([host, bits]) => `${host}/${bits}`), sql: 'network(v::inet)' },
  { type: 'macaddr', texts: hex(6) },
  { type: 'macaddr8', texts: hex(8) },
  {
    type: 'pg_lsn',
    texts: fc
      .tuple(fc.integer({ min: 0 }), fc.integer({ min: 0 }))
      .map(([high, low]) => `${high.toString(16)}/${low.toString(16)}`),
  },
  {
    type: 'jsonb',
    texts: fc
      .oneof(
        fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }).map((value) => JSON.stringify(value)),
        fc.stringMatching(/^-?[1-9]\d{0,30}(\.\d{1,20})?(e[+-]?\d{1,2})?$/),
      )
      .filter((text) => !text.includes('\\u0000')),
  },
  { type: 'int4[]', texts: arrayOf(integer(32)) },
  { type: 'text[]', texts: arrayOf(fc.oneof(anyText, fc.constantFrom('', 'null', '{}', 'a,b', '"', '\\'))) },
];

beforeAll(async () => {
  await using connection = await database.connect();
  for (const type of new Set(sources.map((source) => source.type))) {
    await connection.query(`CREATE TABLE "by ${type.replaceAll('"', '')}" (key ${type})`);
    await connection.query('SELECT create_distributed_table($1, $2, shard_count := $3)', [
      `"by ${type.replaceAll('"', '')}"`,
      'key',
      shardCount,
    ]);
  }
});

test.each(sources)(
  'random values of $type hash as Citus hashes them, into the same shard',
  async (source) => {
    const texts = fc.sample(
      source.texts.filter((text) => !text.includes('\0')),
      { numRuns: valuesPerType, seed: 20_260_214 },
    );
    await using connection = await database.connect({ applicationName: 'hashing' });
    await connection.query("SET TimeZone TO 'America/St_Johns'");
    const table = `by ${source.type.replaceAll('"', '')}`;
    const [sent] = await connection.query<{ by: string }>(
      'SELECT typsend::text AS by FROM pg_type WHERE oid = $1::regtype',
      [source.type],
    );
    const rows = await connection.query<{ text: string; binary: Buffer; hash: number; shard: number }>(
      `WITH made AS (SELECT (${source.sql ?? `v::${source.type}`})::${source.type} AS value FROM unnest($1::text[]) v)
     SELECT format('%s', value) AS text, ${sent?.by}(value) AS binary, worker_hash(value) AS hash,
            (get_shard_id_for_distribution_column($2::regclass, value) - first.shard)::int AS shard
     FROM made, (SELECT min(shardid) AS shard FROM pg_dist_shard WHERE logicalrelid = $2::regclass) first`,
      [texts, `"${table}"`],
    );
    expect(rows).toHaveLength(valuesPerType);
    const ours = rows.map(({ text }) => {
      const hash = hashValue(source.type, text);
      return { text, hash, shard: hash === undefined ? undefined : shardIndex(hash, shardCount) };
    });
    const different = rows.flatMap((theirs, index) => {
      const own = ours[index];
      return own?.hash === theirs.hash && own.shard === theirs.shard ? [] : [{ theirs, own }];
    });
    expect(different.slice(0, 5)).toEqual([]);
    const hashOfBinary = binaryHash(source.type);
    if (!hashOfBinary) return;
    const differentInBinary = rows.filter(
      ({ binary, hash }) => hashOfBinary(binary, 0, binary.length) !== hash,
    );
    expect(differentInBinary.slice(0, 5)).toEqual([]);
  },
);

test('what is distributed by in practice is hashed in the binary format too', () => {
  const types = ['int2', 'int4', 'bigint', 'text', 'varchar(20)', 'char(3)', 'uuid', 'date', 'timestamptz'];
  expect(types.filter((type) => binaryHash(type) === undefined)).toEqual([]);
  expect(['numeric', 'float8', 'jsonb', 'int4[]', 'interval'].filter((type) => binaryHash(type))).toEqual([]);
});

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function quoteElement(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
