import type { DataType } from '@shardwright/catalog';
import { nameKey } from '@shardwright/core';
import type { ColocationGroup, Decision } from '../model/analysis.ts';
import type { Design } from '../model/design.ts';
import { widerType } from '../relations/key-columns.ts';
import type { Option } from './candidate-key.ts';
import type { DesignTable } from './design-table.ts';
import { domainName } from './domain-name.ts';
import type { Problem } from './formulate.ts';
import type { Choice } from './program.ts';
import { isTime } from './size.ts';

/** A choice as decisions, with named co-location groups. */
export interface Layout {
  readonly choice: Choice;
  /** By design table. */
  readonly decisions: readonly Decision[];
  readonly groups: readonly ColocationGroup[];
  /** With partitions, for rules and classifier. */
  readonly design: Design;
}

/** Turns one option per table into decisions. */
export function layOut(problem: Problem, choice: Choice, shardCount: number): Layout {
  const chosen = problem.tables.map((table) => problem.options[table.index]?.[choice[table.index] ?? 0]);
  const names = groupNames(problem, chosen);
  const decisions = problem.tables.map((table) => {
    const option = chosen[table.index];
    return option === undefined ? ({ kind: 'local' } as const) : decisionOf(table, option, names, problem);
  });
  const byKey = new Map<string, Decision>();
  for (const table of problem.tables) {
    const decision = decisions[table.index] ?? { kind: 'local' };
    byKey.set(table.key, decision);
    for (const partition of table.partitions) byKey.set(nameKey(partition), decision);
  }
  return {
    choice,
    decisions,
    groups: colocationGroups(problem, chosen, decisions, names, shardCount),
    design: { decisions: byKey, shardCount, nodes: problem.nodes },
  };
}

/** The decision an option stands for. */
export function decisionOf(
  table: DesignTable,
  option: Option,
  names: ReadonlyMap<string, string>,
  problem: Pick<Problem, 'overrides'>,
): Decision {
  switch (option.kind) {
    case 'reference':
    case 'local':
      return { kind: option.kind };
    case 'single-shard':
      return { kind: 'single-shard', schema: option.schema, colocationGroup: option.schema };
    case 'distributed': {
      const { key } = option;
      const override = problem.overrides.find((candidate) => candidate.table.index === table.index);
      return {
        kind: 'distributed',
        column: key.column,
        colocationGroup: names.get(key.group) ?? key.column,
        addedColumn: key.added,
        via: key.via,
        ...(key.source === undefined ? {} : { sourceColumn: key.source.column }),
        method: override?.kind === 'distributed' ? override.method : 'hash',
        timePartitioned: isTimePartitioned(table),
      };
    }
    default:
      return option satisfies never;
  }
}

/** Whether a table is partitioned by ranges of a time. */
function isTimePartitioned(table: DesignTable): boolean {
  const key = table.table.partitionKey;
  if (key?.strategy !== 'range') return false;
  return key.keys.some(({ column, expression }) => {
    const definition = column === undefined ? undefined : table.columns.get(column);
    return definition === undefined ? expression !== undefined : isTime(definition);
  });
}

/** Names for all groups that any option could be in, unique, and those in use first. */
export function groupNames(
  problem: Pick<Problem, 'tables' | 'options' | 'domains'>,
  chosen: readonly (Option | undefined)[] = [],
): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const visit = (option: Option | undefined, table: DesignTable | undefined): void => {
    if (option?.kind !== 'distributed' || names.has(option.key.group)) return;
    const { key } = option;
    const plain = key.domain < 0 ? key.column : domainName(problem.domains.list[key.domain], problem.tables);
    let name = plain;
    if (taken.has(name)) name = `${table?.table.name ?? ''}.${key.column}`;
    for (let suffix = 2; taken.has(name); suffix++) name = `${plain} (${suffix})`;
    taken.add(name);
    names.set(key.group, name);
  };
  // The largest group has the best claim to the plain name.
  const sizes = new Map<string, number>();
  for (const option of chosen)
    if (option?.kind === 'distributed') sizes.set(option.key.group, (sizes.get(option.key.group) ?? 0) + 1);
  const order = [...chosen.entries()].sort(([, a], [, b]) => sizeOf(b, sizes) - sizeOf(a, sizes));
  for (const [index, option] of order) visit(option, problem.tables[index]);
  for (const table of problem.tables)
    for (const option of problem.options[table.index] ?? []) visit(option, table);
  return names;
}

function sizeOf(option: Option | undefined, sizes: ReadonlyMap<string, number>): number {
  return option?.kind === 'distributed' ? (sizes.get(option.key.group) ?? 0) : 0;
}

function colocationGroups(
  problem: Problem,
  chosen: readonly (Option | undefined)[],
  decisions: readonly Decision[],
  names: ReadonlyMap<string, string>,
  shardCount: number,
): ColocationGroup[] {
  const groups = new Map<string, { group: ColocationGroup; tables: DesignTable[] }>();
  const types = groupTypes(problem, chosen);
  for (const table of problem.tables) {
    const option = chosen[table.index];
    const decision = decisions[table.index];
    if (option?.kind === 'distributed') {
      const { key } = option;
      const type = types.get(key.group)?.sql ?? '';
      const root = problem.domains.list[key.domain]?.root;
      const rootTable = root === undefined ? undefined : problem.tables[root.table]?.table;
      const known = groups.get(key.group);
      if (known !== undefined) known.tables.push(table);
      else
        groups.set(key.group, {
          tables: [table],
          group: {
            name: names.get(key.group) ?? key.column,
            type,
            tables: [],
            shardCount,
            ...(rootTable === undefined ? {} : { root: { schema: rootTable.schema, name: rootTable.name } }),
          },
        });
    } else if (decision?.kind === 'single-shard') {
      const key = `schema ${decision.schema}`;
      const known = groups.get(key);
      if (known !== undefined) known.tables.push(table);
      else
        groups.set(key, {
          tables: [table],
          group: { name: decision.colocationGroup, type: 'schema', tables: [], shardCount: 1 },
        });
    }
  }
  return [...groups.values()]
    .map(({ group, tables }) => {
      const isMeasured = tables.every((table) => problem.sizes[table.index]?.measured === true);
      const bytes = tables.reduce((total, table) => total + (problem.sizes[table.index]?.bytes ?? 0), 0);
      return {
        ...group,
        tables: tables.map(({ table }) => ({ schema: table.schema, name: table.name })),
        ...(isMeasured ? { bytes } : {}),
      };
    })
    .sort((a, b) => b.tables.length - a.tables.length || a.name.localeCompare(b.name));
}

/** The type each group's keys have or are to be given: the widest among them. */
export function groupTypes(
  problem: Problem,
  chosen: readonly (Option | undefined)[],
): ReadonlyMap<string, DataType> {
  const types = new Map<string, DataType>();
  for (const [index, option] of chosen.entries()) {
    if (option?.kind !== 'distributed') continue;
    const { key } = option;
    const source = key.source ?? { table: index, column: key.column };
    const type = problem.tables[source.table]?.columns.get(source.column)?.type;
    const known = types.get(key.group);
    if (type !== undefined) types.set(key.group, known === undefined ? type : widerType(known, type));
  }
  return types;
}
