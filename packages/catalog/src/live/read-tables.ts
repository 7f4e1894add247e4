import type { QualifiedName } from '@shardwright/core';
import { parseStatements, pick, sqlText } from '@shardwright/sql';
import type { TableStatistics } from '../model/statistics.ts';
import type { Column, Index, PartitionKey, Table } from '../model/table.ts';
import { makeObjectName } from '../statements/naming.ts';
import { type ConstraintRow, constraintOf } from './constraint-row.ts';
import { dataType, type TypeRow } from './data-type.ts';
import { type IndexRow, indexOf } from './index-row.ts';
import { liveDefinition, type RunFile } from './reader.ts';
import { tableStatement } from './table-statement.ts';

interface TableRow extends QualifiedName {
  readonly oid: number;
  readonly kind: 'r' | 'p' | 'f';
  readonly persistence: 'p' | 'u' | 't';
  readonly rowSecurity: boolean;
  readonly forceRowSecurity: boolean;
  readonly replicaIdentity: 'd' | 'n' | 'f' | 'i';
  readonly replicaIdentityIndex: string | null;
  readonly accessMethod: string | null;
  readonly tablespace: string | null;
  readonly options: readonly string[];
  readonly owner: string;
  readonly partitionKey: string | null;
  readonly partitionBound: string | null;
  readonly parents: readonly QualifiedName[] | null;
  readonly server: string | null;
  readonly serverOptions: readonly string[] | null;
}

interface ColumnRow {
  readonly tableOid: number;
  readonly name: string;
  readonly type: TypeRow;
  readonly notNull: boolean;
  readonly identity: 'a' | 'd' | null;
  readonly generated: 's' | 'v' | null;
  readonly default: string | null;
  readonly collation: QualifiedName | null;
  readonly sequence: QualifiedName | null;
}

/** Tables with everything that hangs on them, and the indexes of materialised views by the view's oid. */
export interface TablesRead {
  readonly tables: readonly Table[];
  readonly viewIndexes: ReadonlyMap<number, readonly Index[]>;
}

const kinds = { r: 'ordinary', p: 'partitioned', f: 'foreign' } as const;
const persistences = { p: 'permanent', u: 'unlogged', t: 'temporary' } as const;

/** Reads all tables; `statistics` are by the table's oid. */
export async function readTables(
  run: RunFile,
  statistics: ReadonlyMap<number, TableStatistics>,
): Promise<TablesRead> {
  const rows = await run<TableRow>('tables');
  const columns = byTable(await run<ColumnRow>('columns'));
  const constraints = byTable(await run<ConstraintRow>('constraints'));
  const indexes = byTable(await run<IndexRow>('indexes'));
  const tables = rows.map((row): Table => {
    const own = (constraints.get(row.oid) ?? [])
      .filter((constraint) => !hasUsualNotNullName(constraint, row.name))
      .map((constraint) => constraintOf(constraint, nameOf(row)));
    const measured = statistics.get(row.oid);
    const table: Omit<Table, 'definition'> = {
      ...nameOf(row),
      kind: kinds[row.kind],
      persistence: persistences[row.persistence],
      columns: (columns.get(row.oid) ?? []).map(columnOf),
      constraints: own,
      indexes: (indexes.get(row.oid) ?? []).map((index) => indexOf(index, own)),
      ...(row.partitionKey === null ? {} : { partitionKey: partitionKeyOf(row.partitionKey) }),
      ...parentage(row),
      rowSecurity: row.rowSecurity ? (row.forceRowSecurity ? 'forced' : 'enabled') : 'off',
      replicaIdentity: replicaIdentityOf(row),
      ...(row.accessMethod === null ? {} : { accessMethod: row.accessMethod }),
      ...(row.tablespace === null ? {} : { tablespace: row.tablespace }),
      options: row.options,
      owner: row.owner,
      ...(measured === undefined ? {} : { statistics: measured }),
    };
    const statement = tableStatement(table, {
      partitionKey: row.partitionKey ?? undefined,
      server: row.server ?? undefined,
      serverOptions: row.serverOptions ?? [],
    });
    return { ...table, definition: liveDefinition(statement) };
  });
  const ofTables = new Set(rows.map(({ oid }) => oid));
  const viewIndexes = new Map(
    [...indexes]
      .filter(([oid]) => !ofTables.has(oid))
      .map(([oid, found]) => [oid, found.map((index) => indexOf(index, []))]),
  );
  return { tables, viewIndexes };
}

/** As in dumps, a NOT NULL counts as a constraint of its own when somebody gave it a name. */
function hasUsualNotNullName({ type, name, columns }: ConstraintRow, table: string): boolean {
  return type === 'n' && name === makeObjectName(table, columns[0], 'not_null');
}

function byTable<Row extends { readonly tableOid: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.tableOid);
    if (group) group.push(row);
    else groups.set(row.tableOid, [row]);
  }
  return groups;
}

function nameOf({ schema, name }: QualifiedName): QualifiedName {
  return { schema, name };
}

function columnOf(row: ColumnRow): Column {
  const computed =
    row.generated === null
      ? row.default === null
        ? {}
        : { default: row.default }
      : {
          generated: {
            kind: row.generated === 's' ? ('stored' as const) : ('virtual' as const),
            expression: row.default ?? '',
          },
        };
  return {
    name: row.name,
    type: dataType(row.type),
    notNull: row.notNull,
    ...computed,
    ...(row.sequence === null ? {} : { sequence: row.sequence }),
    ...(row.identity === null ? {} : { identity: row.identity === 'a' ? 'always' : 'by-default' }),
    ...(row.collation === null ? {} : { collation: row.collation }),
  };
}

function parentage({ parents, partitionBound }: TableRow): Pick<Table, 'partitionOf' | 'inherits'> {
  const [parent] = parents ?? [];
  if (partitionBound === null || parent === undefined) return { inherits: parents ?? [] };
  return { partitionOf: { parent, bound: partitionBound }, inherits: [] };
}

function replicaIdentityOf(row: TableRow): Table['replicaIdentity'] {
  switch (row.replicaIdentity) {
    case 'n':
      return 'nothing';
    case 'f':
      return 'full';
    case 'i':
      // Without the index the identity is nothing, as the server has it.
      return row.replicaIdentityIndex === null ? 'nothing' : { index: row.replicaIdentityIndex };
    default:
      return 'default';
  }
}

/** `RANGE (day, lower(name))` as the model has it; the parser knows where one key ends and the next begins. */
function partitionKeyOf(definition: string): PartitionKey {
  const sql = `CREATE TABLE partitioned () PARTITION BY ${definition}`;
  const parsed = parseStatements(sql);
  const spec = parsed.ok ? pick(parsed.statements[0]?.tree, 'CreateStmt')?.partspec : undefined;
  const keys = (spec?.partParams ?? []).flatMap((parameter): PartitionKey['keys'] => {
    const element = pick(parameter, 'PartitionElem');
    if (element?.name !== undefined) return [{ column: element.name }];
    return element?.expr === undefined ? [] : [{ expression: sqlText(element.expr, sql) }];
  });
  const strategy = /^(LIST|HASH)/.exec(definition)?.[1];
  return { strategy: strategy === 'LIST' ? 'list' : strategy === 'HASH' ? 'hash' : 'range', keys };
}
