import type { Analysis, Decision } from '@shardwright/analyzer';
import type { Column, Table } from '@shardwright/catalog';
import { displayName, type QualifiedName } from '@shardwright/core';
import type { TakesInteger } from '../ddl/narrow-calls.ts';
import type { Change } from '../model/change.ts';
import { type ColumnPlace, changedColumnTypes, placeKey } from './column-types.ts';
import { withNarrowCalls } from './narrowed-calls.ts';

/** Tables with the types that their columns will have; what changes is told of columns that the source has. */
export function withTypes(
  tables: readonly Table[],
  {
    decisionOf,
    analysis,
    changes,
    hadColumn,
    takesInteger,
  }: {
    readonly decisionOf: (name: QualifiedName) => Decision;
    readonly analysis: Analysis;
    readonly changes: Change[];
    readonly hadColumn: (table: Table, column: string) => boolean;
    readonly takesInteger: TakesInteger;
  },
): readonly Table[] {
  const keysByGroup = new Map<string, ColumnPlace[]>();
  for (const table of tables) {
    const decision = decisionOf(table);
    if (decision.kind !== 'distributed') continue;
    const places = keysByGroup.get(decision.colocationGroup) ?? [];
    keysByGroup.set(decision.colocationGroup, [...places, { table, column: decision.column }]);
  }
  const changed = changedColumnTypes({
    tables,
    pairs: [
      ...[...keysByGroup.values()].flatMap(([first, ...rest]) =>
        first === undefined ? [] : rest.map((place) => [first, place] as const),
      ),
      ...tables.flatMap((table) => foreignKeyPairs(table, decisionOf)),
      ...tables.flatMap((table) =>
        table.partitionOf
          ? table.columns.map(({ name: column }) => {
              const parent = table.partitionOf?.parent ?? table;
              return [
                { table, column },
                { table: parent, column },
              ] as const;
            })
          : [],
      ),
      ...tables.flatMap((table) =>
        table.inherits.flatMap((parent) =>
          table.columns.map(
            ({ name: column }) =>
              [
                { table, column },
                { table: parent, column },
              ] as const,
          ),
        ),
      ),
      ...analysis.relations.flatMap((relation) =>
        relation.origin === 'inferred' && relation.locality !== 'network' ? columnPairs(relation) : [],
      ),
    ],
    isSpread: (name) => decisionOf(name).kind !== 'local',
    keys: [...keysByGroup.values()].flat(),
  });
  return tables.map((table) => {
    const columns = table.columns.map((column): Column => {
      const type = changed.get(placeKey({ table, column: column.name }));
      if (type === undefined) return column;
      if (!table.partitionOf && hadColumn(table, column.name)) {
        changes.push({
          table,
          object: column.name,
          kind: 'column-type',
          what: `${displayName(table)}.${column.name} becomes ${type.sql} (from ${column.type.sql})`,
          why:
            type.name === 'int8'
              ? 'sequences hand out bigint numbers on workers, and keys that meet must have one type; drivers may hand bigint out as text, and functions that take an integer want a cast'
              : 'distribution columns of one co-location group must have one type',
        });
      }
      return { ...column, type };
    });
    const widened = new Set(
      columns.flatMap(({ name, type }, at) =>
        type.name === 'int8' && table.columns[at]?.type.name !== 'int8' ? [name] : [],
      ),
    );
    return withNarrowCalls({ ...table, columns }, widened, takesInteger, changes);
  });
}

interface ColumnLink {
  readonly from: QualifiedName;
  readonly columns: readonly string[];
  readonly to: QualifiedName;
  readonly referencedColumns: readonly string[];
}

function foreignKeyPairs(
  table: Table,
  decisionOf: (name: QualifiedName) => Decision,
): readonly (readonly [ColumnPlace, ColumnPlace])[] {
  return table.constraints.flatMap((constraint) => {
    if (constraint.kind !== 'foreign-key') return [];
    // Types of local tables stay, unless what they refer to changes.
    const isLocal = decisionOf(table).kind === 'local' && decisionOf(constraint.references).kind === 'local';
    return isLocal ? [] : columnPairs({ ...constraint, from: table, to: constraint.references });
  });
}

function columnPairs(link: ColumnLink): readonly (readonly [ColumnPlace, ColumnPlace])[] {
  return link.columns.flatMap((column, index) => {
    const referenced = link.referencedColumns[index];
    return referenced === undefined
      ? []
      : [
          [
            { table: link.from, column },
            { table: link.to, column: referenced },
          ] as const,
        ];
  });
}
