import { hashArray } from './array.ts';
import { hashDate, hashInterval, hashTime, hashTimestamp, hashTimeWithZone } from './date-time.ts';
import { hashBytea, hashUuid } from './hexadecimal.ts';
import { hashBoolean, hashInteger, hashLogPosition, hashOid, hashSingleByte } from './integer.ts';
import { hashJson } from './json.ts';
import { hashHardwareAddress, hashInternetAddress } from './network.ts';
import { hashDouble, hashNumeric, hashSingle } from './number.ts';
import { hashCaseInsensitiveText, hashPaddedText, hashText } from './text.ts';
import { internalName } from './type-name.ts';

/** Hash of a value in its text output form; `undefined` when the text is not of the type. */
export type ValueHash = (text: string) => number | undefined;

/**
 * The hash function that Citus distributes a type by (its default hash operator class), on values as COPY and
 * psql print them; `undefined` for types that have none, or whose hash does not follow from the text (enums,
 * composites and `reg*` types hash object identifiers). Take it once per column.
 * @param type PostgreSQL's internal name (`int4`, `varchar`, `timestamptz`; `char` is the one-byte type), the
 *   SQL name (`character varying(20)`), either followed by `[]` for arrays.
 */
export function valueHash(type: string): ValueHash | undefined {
  const name = internalName(type);
  if (name.endsWith('[]')) {
    const element = valueHash(name.replace(/(\[\])+$/, ''));
    return element && ((text) => hashArray(text, element));
  }
  return hashes.get(name);
}

/** One value's hash as `worker_hash` gives it: signed 32 bits. `undefined` as for {@link valueHash}. */
export function hashValue(type: string, text: string): number | undefined {
  return valueHash(type)?.(text);
}

/** Whether values of the type can be hashed here, without a server. */
export function supportsHash(type: string): boolean {
  return valueHash(type) !== undefined;
}

const hashes: ReadonlyMap<string, ValueHash> = new Map<string, ValueHash>([
  ['bool', hashBoolean],
  ['bpchar', hashPaddedText],
  ['bytea', hashBytea],
  ['char', hashSingleByte],
  ['cidr', hashInternetAddress],
  ['citext', hashCaseInsensitiveText],
  ['date', hashDate],
  ['float4', hashSingle],
  ['float8', hashDouble],
  ['inet', hashInternetAddress],
  ['int2', hashInteger],
  ['int4', hashInteger],
  ['int8', hashInteger],
  ['interval', hashInterval],
  ['jsonb', hashJson],
  ['macaddr', hashHardwareAddress],
  ['macaddr8', hashHardwareAddress],
  ['name', hashText],
  ['numeric', hashNumeric],
  ['oid', hashOid],
  ['pg_lsn', hashLogPosition],
  ['text', hashText],
  ['time', hashTime],
  ['timestamp', hashTimestamp],
  ['timestamptz', hashTimestamp],
  ['timetz', hashTimeWithZone],
  ['uuid', hashUuid],
  ['varchar', hashText],
]);
