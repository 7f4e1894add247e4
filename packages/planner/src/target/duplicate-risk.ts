import type { Decision } from '@shardwright/analyzer';
import type { Column, Table } from '@shardwright/catalog';
import { displayName, nameKey, type QualifiedName } from '@shardwright/core';
import type { Weakening } from '../model/change.ts';

/** A key that will hold within one value of the distribution column only. */
export interface ScopedKey {
  readonly table: Table;
  /** Columns, or expressions, as the source has them. */
  readonly columns: readonly string[];
  /** The distribution column. */
  readonly key: string;
  /** Whether it is unique by itself. */
  readonly isAlone: boolean;
}

/** What keys are judged by. */
export interface KeySurroundings {
  readonly decisionOf: (name: QualifiedName) => Decision;
  /** By `nameKey`: lists of columns that foreign keys refer to, joined by commas. */
  readonly referenced: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What foreign keys refer to, table by table. */
export function referencedKeys(tables: readonly Table[]): KeySurroundings['referenced'] {
  const referenced = new Map<string, Set<string>>();
  for (const { constraints } of tables) {
    for (const one of constraints) {
      if (one.kind !== 'foreign-key') continue;
      const keys = referenced.get(nameKey(one.references)) ?? new Set();
      referenced.set(nameKey(one.references), keys.add(one.referencedColumns.join()));
    }
  }
  return referenced;
}

type Risk = Pick<Weakening, 'risk' | 'reason' | 'remedy'>;

// What people type, see and send: two of a kind would be taken for one another.
const natural =
  /e_?mail|slug|token|hash|secret|digest|checksum|fingerprint|(^|_)(key|name|code|login|user_?name|nick|handle|phone|url|uri|domain|host|path|number|no|sku|iban|isbn|title|label|tag|version|ref|reference|external_id|remote_id|uid)s?($|_|\))/i;
const ownIdentifier = /^(id|uuid|guid|ulid)$/i;
const identifier = /^(id|uuid|guid|ulid|.*_(id|uuid|guid))$/i;

/** How likely it is that somebody stores the same values twice once nothing forbids it, and why. */
export function duplicateRisk(scoped: ScopedKey, surroundings: KeySurroundings): Risk {
  const { table, columns, key, isAlone } = scoped;
  const list = columns.join(', ');
  const found = columns.map((name) => table.columns.find((column) => column.name === name));
  const generated = found.find((column) => column !== undefined && isGenerated(column));
  if (generated) return { risk: 'low', reason: `the database makes ${generated.name}, and never twice` };
  const tied = tiedBy(scoped, surroundings);
  if (tied !== undefined) {
    return { risk: 'low', reason: `a row of ${tied} belongs to one ${key}, and so does what refers to it` };
  }
  const [column] = found;
  const isIdentifier = columns.length === 1 && column !== undefined && identifies(column);
  if (isIdentifier && isRandom(column)) {
    const isReferenced = surroundings.referenced.get(nameKey(table))?.has(column.name) ?? false;
    if (isReferenced || ownIdentifier.test(column.name)) {
      return {
        risk: 'low',
        reason: `${column.name} is an identifier that the application makes up, at random as a rule`,
      };
    }
  }
  const keep = `keep (${list}) in a reference table with a unique key, written in the same transaction`;
  if (isAlone && !(isIdentifier && isRandom(column))) {
    return {
      risk: 'high',
      reason: `${key} differs in every row, and so no shard sees two of them`,
      remedy: `Where (${list}) must be unique, ${keep}; or distribute ${displayName(table)} by one of these columns.`,
    };
  }
  const referred = referredBy(scoped);
  if (referred !== undefined) {
    return {
      risk: 'medium',
      reason: `it is stored twice only where rows of the same ${referred} have several values of ${key}`,
      remedy: `Where that can be, ask before writing: SELECT … WHERE ${columns.map((name) => `${name} = …`).join(' AND ')}, of all shards.`,
    };
  }
  if (isIdentifier) {
    return {
      risk: 'medium',
      reason: `${list} is given by the application or by another system`,
      remedy: `See that no two values of ${key} get the same ${list}; where that matters, ${keep}.`,
    };
  }
  if (columns.some((name) => natural.test(name)) || found.some((one) => one !== undefined && isText(one))) {
    return {
      risk: 'high',
      reason: `people or other systems know rows by ${list}`,
      remedy: `Where (${list}) must be unique everywhere, ${keep}; where it need not, nothing is to be done.`,
    };
  }
  return {
    risk: 'medium',
    reason: `nothing says whether ${list} means the same under every ${key}`,
    remedy: `Where it does, ${keep}.`,
  };
}

/** By its name, or as a number that no name gives a meaning: `_marker_key`, but not `invoice_number`. */
function identifies({ name, type }: Column): boolean {
  return identifier.test(name) || (/^int[248]$/.test(type.name) && !natural.test(name.replace(/_key$/i, '')));
}

function isRandom({ type }: Column): boolean {
  return /^(uuid|text|varchar|bpchar|bytea)$/.test(type.name);
}

/** What a key refers to that lives elsewhere: a table, or by its name only. */
function referredBy({ table, columns }: ScopedKey): string | undefined {
  const foreign = table.constraints.find(
    (one) => one.kind === 'foreign-key' && one.columns.every((column) => columns.includes(column)),
  );
  if (foreign?.kind === 'foreign-key') return foreign.columns.join(', ');
  return columns.length > 1 ? columns.find((name) => identifier.test(name)) : undefined;
}

function isGenerated({ sequence, identity, default: value = '' }: Column): boolean {
  return (
    sequence !== undefined || identity !== undefined || /uuid|nextval|snowflake|ulid|nanoid/i.test(value)
  );
}

function isText({ type }: Column): boolean {
  return /^(text|varchar|bpchar|citext|name|bytea|uuid)$/.test(type.name) || type.schema !== 'pg_catalog';
}

/** The table of the same group to which a foreign key within the key leads: its row says which tenant this is. */
function tiedBy({ table, columns }: ScopedKey, { decisionOf }: KeySurroundings): string | undefined {
  const own = decisionOf(table);
  if (own.kind !== 'distributed') return undefined;
  for (const one of table.constraints) {
    if (one.kind !== 'foreign-key' || !one.columns.every((column) => columns.includes(column))) continue;
    if (nameKey(one.references) === nameKey(table)) continue;
    const other = decisionOf(one.references);
    if (other.kind === 'distributed' && other.colocationGroup === own.colocationGroup)
      return one.references.name;
  }
  return undefined;
}
