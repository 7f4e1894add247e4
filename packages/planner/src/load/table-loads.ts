import type { Column, Table } from '@shardwright/catalog';
import { nameKey, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import { type Chain, chain } from '../backfill/chain.ts';
import { pathOfColumn, type SourceTables } from '../backfill/paths.ts';
import { typeText } from '../ddl/type-text.ts';
import type { LoadColumn, TableLoad } from '../model/load.ts';
import { nameOf } from '../model/name-of.ts';
import type { TargetTable } from '../target/target-database.ts';

const kinds: readonly TableLoad['kind'][] = ['reference', 'distributed', 'single-shard', 'local'];

/** How the rows of every table that holds some come into the target; reference tables first. */
export function tableLoads(sources: SourceTables, targets: readonly TargetTable[]): readonly TableLoad[] {
  const byName = new Map(targets.map((target) => [nameKey(target.table), target]));
  const loads = [...sources.values()].flatMap((source): TableLoad[] => {
    const target = source.kind === 'ordinary' ? targetOf(source, sources, byName) : undefined;
    return target === undefined ? [] : [tableLoad(source, target, sources)];
  });
  return kinds.flatMap((kind) => loads.filter((load) => load.kind === kind));
}

/** The table of that name, or the nearest above a partition that the target does not have. */
function targetOf(
  source: Table,
  sources: SourceTables,
  targets: ReadonlyMap<string, TargetTable>,
): TargetTable | undefined {
  const found = targets.get(nameKey(source));
  if (found !== undefined) return found;
  const parent = source.partitionOf && sources.get(nameKey(source.partitionOf.parent));
  return parent && targetOf(parent, sources, targets);
}

function tableLoad(source: Table, target: TargetTable, sources: SourceTables): TableLoad {
  const { table, decision } = target;
  const path = pathOfColumn({ source, decision }, sources);
  const key = decision.kind === 'distributed' ? decision.column : undefined;
  const way = chain({ ...(path ?? { hops: [], column: key ?? '' }), rows: source, tables: sources });
  const columns = table.columns
    .filter(({ generated }) => generated === undefined)
    .map((column) =>
      loadColumn(
        column,
        source,
        path && column.name === key ? { way, type: typeOf(path, sources) } : undefined,
      ),
    );
  const list = columns.map(({ value, name }) => {
    const quoted = quoteIdentifier(name);
    return value === `t.${quoted}` ? value : `${value} AS ${quoted}`;
  });
  const mayLack = path !== undefined || source.columns.some((one) => one.name === key && !one.notNull);
  return {
    source: nameOf(source),
    target: nameOf(table),
    kind: decision.kind,
    ...(key === undefined ? {} : { distributionColumn: key }),
    columns,
    select: `SELECT ${list.join(', ')}\n${way.from}`,
    ...(key !== undefined && mayLack ? { isPlaced: `${way.value} IS NOT NULL` } : {}),
    copy: `COPY ${quoteQualifiedName(table)} (${columns.map(({ name }) => quoteIdentifier(name)).join(', ')}) FROM STDIN`,
  };
}

/** Binary COPY takes no integer for a bigint: what has another type is cast while it is read. */
function loadColumn(
  column: Column,
  source: Table,
  gained: { readonly way: Chain; readonly type: string } | undefined,
): LoadColumn {
  const type = typeText(column.type);
  const before = source.columns.find(({ name }) => name === column.name);
  const sourceType = gained?.type ?? (before === undefined ? type : typeText(before.type));
  const value = gained?.way.value ?? `t.${quoteIdentifier(column.name)}`;
  return sourceType === type
    ? { name: column.name, type, value }
    : { name: column.name, type, sourceType, value: `${value}::${type}` };
}

function typeOf(
  { hops, column }: NonNullable<ReturnType<typeof pathOfColumn>>,
  sources: SourceTables,
): string {
  const holder = sources.get(nameKey(hops.at(-1)?.to ?? { schema: '', name: '' }));
  const found = holder?.columns.find(({ name }) => name === column);
  return found === undefined ? '' : typeText(found.type);
}
