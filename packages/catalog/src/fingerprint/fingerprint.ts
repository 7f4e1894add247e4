import { createHash } from 'node:crypto';
import type { Catalog, CatalogOrigin } from '../model/catalog.ts';
import { type ObjectFacts, objectFacts } from './object-facts.ts';

/**
 * What a database's structure is known by again: neither its rows nor who owns what nor how a dump is laid out. A
 * database and what pg_dump (10.3 or later) writes of it have the same `digest`. A script written by hand and the
 * database that it made do not: the server prints expressions in its own words.
 */
export interface CatalogFingerprint {
  /** `sha256:…` over all objects but grants, default privileges and what the catalog keeps verbatim. */
  readonly digest: string;
  readonly source: 'dump' | 'database';
  /** Whose words expressions are in: the server's (and so pg_dump's), or those of whoever wrote the script. */
  readonly wording: 'server' | 'author';
  /** By object (`column public.orders.id`): eight hexadecimal digits for its shape, eight more for its expressions. */
  readonly objects: Readonly<Record<string, string>>;
}

/** One object that two catalogs do not have alike. */
export interface CatalogDifference {
  readonly object: string;
  readonly change: 'added' | 'removed' | 'changed';
}

const shapeDigits = 8;

/** The fingerprint of a catalog. The parser must be loaded. */
export function catalogFingerprint(catalog: Catalog): CatalogFingerprint {
  const objects = new Map<string, string>();
  const whole = createHash('sha256');
  const facts = [...objectFacts(catalog)].sort((a, b) =>
    a.object < b.object ? -1 : a.object > b.object ? 1 : 0,
  );
  for (const fact of facts) {
    const digits = digitsOf(fact);
    const other = objects.get(fact.object);
    // Long statements of one beginning share a name.
    objects.set(fact.object, other === undefined ? digits : shortDigest([other, digits]));
    if (fact.onlyLikeWithLike !== true) whole.update(`${fact.object}\n${digits}\n`);
  }
  return {
    digest: `sha256:${whole.digest('hex')}`,
    source: catalog.origin.kind,
    wording: wordingOf(catalog.origin),
    objects: Object.fromEntries(objects),
  };
}

/**
 * The objects that differ, by name; empty when the structure is the same. Where only one side is in the server's
 * words, expressions are not compared; where one is a dump and the other a server, neither are grants and what the
 * catalog keeps verbatim. A table that comes or goes stands for all that hangs on it.
 */
export function catalogDifferences(
  before: CatalogFingerprint,
  after: CatalogFingerprint,
): readonly CatalogDifference[] {
  const sameSource = before.source === after.source;
  const sameWording = before.wording === after.wording;
  const isCompared = (object: string): boolean => sameSource || !isStatement(object);
  const comparable = (digits: string): string => (sameWording ? digits : digits.slice(0, shapeDigits));
  const differences: CatalogDifference[] = [];
  for (const [object, digits] of Object.entries(before.objects)) {
    if (!isCompared(object)) continue;
    const now = after.objects[object];
    if (now === undefined) differences.push({ object, change: 'removed' });
    else if (comparable(now) !== comparable(digits)) differences.push({ object, change: 'changed' });
  }
  for (const object of Object.keys(after.objects)) {
    if (isCompared(object) && before.objects[object] === undefined)
      differences.push({ object, change: 'added' });
  }
  return withoutParts(differences).sort((a, b) => (a.object < b.object ? -1 : 1));
}

function digitsOf({ shape, words }: ObjectFacts): string {
  return words === undefined ? shortDigest(shape) : shortDigest(shape) + shortDigest(words);
}

function shortDigest(facts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, shapeDigits);
}

function isStatement(object: string): boolean {
  return object.startsWith('statement ');
}

function wordingOf({ kind, producer }: CatalogOrigin): CatalogFingerprint['wording'] {
  if (kind === 'database') return 'server';
  // Older ones rely on a search path, and so their expressions name fewer schemas.
  const [, major = '0', minor = '0'] = /^pg_dump\D*(\d+)(?:\.(\d+))?/.exec(producer ?? '') ?? [];
  const isQualified = Number(major) > 10 || (Number(major) === 10 && Number(minor) >= 3);
  return isQualified ? 'server' : 'author';
}

function withoutParts(differences: readonly CatalogDifference[]): CatalogDifference[] {
  const wholes = new Map<string, CatalogDifference['change']>();
  for (const { object, change } of differences) {
    if (object.startsWith('table ') && change !== 'changed')
      wholes.set(object.slice('table '.length), change);
  }
  if (wholes.size === 0) return [...differences];
  return differences.filter(({ object, change }) => {
    const column = /^(?:comment ON )?column (.+)$/.exec(object)?.[1];
    const owner = column === undefined ? / ON (?:table )?(.+)$/.exec(object)?.[1] : tableOf(column, wholes);
    return owner === undefined || wholes.get(owner) !== change;
  });
}

/** The table in front of one of the dots of `public.orders.id`: names may hold dots, too. */
function tableOf(column: string, tables: ReadonlyMap<string, unknown>): string | undefined {
  for (let dot = column.lastIndexOf('.'); dot > 0; dot = column.lastIndexOf('.', dot - 1)) {
    const name = column.slice(0, dot);
    if (tables.has(name)) return name;
  }
  return undefined;
}
