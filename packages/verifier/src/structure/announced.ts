import type { Catalog } from '@shardwright/catalog';
import { nameKey, type QualifiedName } from '@shardwright/core';
import type { PlanFacts } from '../plan/plan-facts.ts';

/** What a plan says will not be as in the source, by the names that differences have for objects. */
export interface Announcements {
  includes(object: string): boolean;
  /** Whether an object belongs to a partition, whose keys the server makes and names by itself. */
  isOfPartition(object: string): boolean;
}

/** Reads a plan's announcements; what follows from them for partitions and sequences counts as announced too. */
export function announcements(plan: PlanFacts, source: Catalog): Announcements {
  const parents = new Map(
    source.tables.flatMap((table) =>
      table.partitionOf ? [[nameKey(table), nameKey(table.partitionOf.parent)] as const] : [],
    ),
  );
  const owners = new Map<string, { readonly table: QualifiedName; readonly column: string }>(
    source.sequences.flatMap((sequence) =>
      sequence.ownedBy ? [[`sequence ${nameKey(sequence)}`, sequence.ownedBy] as const] : [],
    ),
  );
  const changesOf = (table: string): PlanFacts['changes'] =>
    plan.changes.filter((change) => nameKey(change.table) === table);
  const isChanged = (name: string, table: string | undefined): boolean => {
    if (table === undefined) return plan.changes.some((change) => names(change.object, name));
    if (changesOf(table).some((change) => names(change.object, name))) return true;
    const parent = parents.get(table);
    return parent !== undefined && (isChanged(name, parent) || followsKeys(name, table, parent));
  };
  /** A partition's key or index has a name of its own, and the columns of its parent's. */
  const followsKeys = (name: string, table: string, parent: string): boolean =>
    hangs(name, table) &&
    (changesOf(parent).some(({ kind }) => /key|constraint/.test(kind)) ||
      followsKeysOfParent(name, table, parent));
  const followsKeysOfParent = (name: string, table: string, parent: string): boolean => {
    const above = parents.get(parent);
    return above !== undefined && followsKeys(name, table, above);
  };
  const hangs = (name: string, table: string): boolean => {
    const found = source.tables.find((one) => nameKey(one) === table);
    const uniqueIndexes = (found?.indexes ?? []).filter(({ unique }) => unique);
    return [...(found?.constraints ?? []), ...uniqueIndexes].some((one) => one.name === name);
  };
  return {
    includes: (object) => {
      const { name, table } = partsOf(object);
      const owner = owners.get(object);
      return (
        isChanged(name, table) ||
        (owner !== undefined && isChanged(owner.column, nameKey(owner.table))) ||
        plan.leftOut.some((left) => names(left, object) || isSame(partsOf(left), { name, table }))
      );
    },
    isOfPartition: (object) => parents.has(partsOf(object).table ?? ''),
  };
}

function isSame(left: Parts, { name, table }: Parts): boolean {
  if (left.table === undefined || table === undefined) return names(left.name, name);
  return names(left.name, name) && names(left.table, table);
}

interface Parts {
  readonly name: string;
  readonly table?: string | undefined;
}

/** `column public.orders.id` is `id` of `public.orders`, `index i ON public.orders` is `i` of it. */
function partsOf(object: string): Parts {
  const [, hanging, on] = /^(?:constraint|index|trigger|rule|policy) (.+) on (.+)$/i.exec(object) ?? [];
  if (hanging !== undefined && on !== undefined) return { name: hanging, table: on };
  const [, table, column] = /^column (.+)\.([^.]+)$/.exec(object) ?? [];
  if (table !== undefined && column !== undefined) return { name: column, table };
  return { name: object.replace(/^(?:materialized view|\w+) /, '') };
}

/** Plans name objects for people: quoted or not, with their schema or kind or without. */
function names(announced: string, name: string): boolean {
  const plain = (text: string): string => text.replaceAll('"', '');
  const [wanted, given] = [plain(name), plain(announced)];
  return (
    given === wanted ||
    given.endsWith(` ${wanted}`) ||
    given.endsWith(`.${wanted}`) ||
    wanted.endsWith(`.${given}`)
  );
}
