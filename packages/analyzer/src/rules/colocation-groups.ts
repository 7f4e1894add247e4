import type { Column, Table } from '@shardwright/catalog';
import { keyOf } from './object-key.ts';
import type { RuleSubject } from './subject.ts';

/** A table of a co-location group with its existing key column. */
export interface GroupMember {
  readonly table: Table;
  readonly column: Column;
}

/** Co-location groups by name, without partitions, each sorted by table name; the first member sets the type. */
export function colocationGroups(subject: RuleSubject): readonly (readonly GroupMember[])[] {
  const groups = new Map<string, GroupMember[]>();
  for (const { table, column, decision } of subject.distributed) {
    if (column === undefined || table.partitionOf !== undefined || decision.method !== 'hash') continue;
    const group = groups.get(decision.colocationGroup);
    if (group === undefined) groups.set(decision.colocationGroup, [{ table, column }]);
    else group.push({ table, column });
  }
  return [...groups.values()].map((members) =>
    members.sort((a, b) => (keyOf(a.table) < keyOf(b.table) ? -1 : 1)),
  );
}

/** The member whose value of a property most members share: cheapest to adapt the others to. */
export function commonest(
  members: readonly GroupMember[],
  property: (member: GroupMember) => string,
): GroupMember | undefined {
  const counts = new Map<string, number>();
  for (const member of members) {
    const value = property(member);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  let best: GroupMember | undefined;
  for (const member of members) {
    const isBetter = (counts.get(property(member)) ?? 0) > (best ? (counts.get(property(best)) ?? 0) : 0);
    if (isBetter) best = member;
  }
  return best;
}
