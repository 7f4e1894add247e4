import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashValue, supportsHash, valueHash } from './hash-value.ts';

// As `worker_hash(value)` of Citus 13.2.2 on PostgreSQL 15.20 gave them.
test.each([
  ['bool', 't', -1905060026],
  ['"char"', 'a', 463612535],
  ['int2', '-32768', 193646934],
  ['int4', '42', 1509752520],
  ['int8', '42', 1509752520],
  ['int8', '9223372036854775807', -1524351049],
  ['int8', '-9223372036854775808', -96758253],
  ['oid', '4294967295', 385747274],
  ['float4', '0.1', -222057114],
  ['float8', '0.1', -573871567],
  ['float8', '-0', 0],
  ['float8', 'NaN', -1275764840],
  ['numeric', '-12345.678900', -2041232919],
  ['numeric', '100000000000000000000', 1324868429],
  ['numeric', '0.00001234', 1263484006],
  ['numeric', 'Infinity', 0],
  ['text', '', -1477818771],
  ['text', 'tenant-42', 1255226723],
  ['text', 'twelve bytes', 652846557],
  ['text', 'größer als Ⅻ Byte', 999084853],
  ['varchar(20)', 'tenant-42', 1255226723],
  ['name', 'pg_class', -267801108],
  ['character(9)', 'ab       ', 1718550461],
  ['citext', 'Tenant-42', 1255226723],
  ['bytea', '\\x00ff10', -1343120590],
  ['uuid', '6ba7b810-9dad-11d1-80b4-00c04fd430c8', -54382947],
  ['date', '2024-02-29', 1456914585],
  ['date', '0044-03-15 BC', -644114763],
  ['date', 'infinity', -96758253],
  ['time', '24:00:00', -2053980660],
  ['timetz', '04:05:06.789-08', 151073380],
  ['timestamp', '1999-12-31 23:59:59.999999', 385747274],
  ['timestamptz', '2026-02-14 06:30:00+00', -1627746063],
  ['timestamptz', '0044-03-15 12:00:00+00 BC', -1753182907],
  ['timestamp', 'infinity', -1524351049],
  ['interval', '1 year 2 mons -3 days +04:05:06.7', 1486244799],
  ['interval', '-00:00:00.000001', 385747274],
  ['inet', '192.168.1.7', -345510451],
  ['inet', '2001:db8::1/64', 1717432752],
  ['cidr', '10.0.0.0/8', 853331015],
  ['macaddr', '08:00:2b:01:02:03', 294987870],
  ['macaddr8', '08:00:2b:ff:fe:01:02:03', 1005895009],
  ['pg_lsn', '16/B374D848', -570699069],
  ['jsonb', '{}', 0],
  ['jsonb', '{"a": {"x": true, "y": false}, "bb": [1, 2.50, null]}', -420342563],
  ['jsonb', '"text"', 1695629301],
  ['int4[]', '{1,NULL,3}', -1134681668],
  ['text[]', '{"a b",NULL,"\\"quoted\\"","NULL"}', 1286369456],
] as const)('%s %j hashes to %i, as on a server', (type, text, hash) => {
  expect(hashValue(type, text)).toBe(hash);
});

test('equal integers hash alike whatever the type, so that only the type keeps them apart', () => {
  fc.assert(
    fc.property(fc.integer({ min: -32_768, max: 32_767 }), (value) => {
      const hashes = ['int2', 'int4', 'int8'].map((type) => hashValue(type, String(value)));
      expect(new Set(hashes).size).toBe(1);
    }),
  );
});

test('numeric values that are equal hash alike however many zeros they are written with', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^-?\d{1,30}\.\d{1,20}$/), fc.nat({ max: 9 }), (text, zeros) => {
      expect(hashValue('numeric', text + '0'.repeat(zeros))).toBe(hashValue('numeric', text));
    }),
  );
});

test('a hash is a signed 32-bit number for any text', () => {
  const hash = valueHash('text');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      const value = hash?.(text) ?? Number.NaN;
      expect(value).toBe(value | 0);
    }),
  );
});

test('char(n) ignores the padding and text does not', () => {
  expect(hashValue('character(5)', 'ab   ')).toBe(hashValue('bpchar', 'ab'));
  expect(hashValue('text', 'ab   ')).not.toBe(hashValue('text', 'ab'));
});

test.each([
  ['int4', 'twelve'],
  ['int8', ''],
  ['int8', '-'],
  ['uuid', '6ba7b810'],
  ['date', '29/02/2024'],
  ['timestamptz', 'yesterday'],
  ['interval', ''],
  ['interval', 'P1D'],
  ['numeric', ''],
  ['float8', '0x1p3'],
  ['inet', '10.0.0.256'],
  ['inet', '10.0.0.1/33'],
  ['inet', '1::2::3'],
  ['jsonb', '{"a":}'],
  ['jsonb', '[1 2]'],
  ['jsonb', '1 2'],
  ['int4[]', '1,2'],
  ['int4[]', '{1,x}'],
  ['citext', 'Größe'],
  ['bytea', '\\000'],
])('%s of the text %j has no hash, as that is no output of the type that can be read here', (type, text) => {
  expect(hashValue(type, text)).toBeUndefined();
});

test('types whose hash does not follow from the text are not supported', () => {
  for (const type of ['mood', 'regclass', 'json', 'point', 'xml', 'int4range', 'json[]']) {
    expect(supportsHash(type)).toBe(false);
  }
});

test('a type is known by its SQL name too', () => {
  for (const type of [
    'integer',
    'character varying(20)',
    'numeric(12,2)',
    'timestamp(3) with time zone',
    'TEXT[]',
  ]) {
    expect(supportsHash(type)).toBe(true);
  }
});
