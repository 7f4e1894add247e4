import { existsSync, readFileSync } from 'node:fs';
import { nameKey } from '@shardwright/core';
import {
  defaultSettings,
  type FunctionDefinition,
  type Layout,
  type NameContext,
  type Settings,
  type TableDefinition,
  type TablePlacement,
} from './context.ts';
import { internalTypeName } from './resolve/type-names.ts';

/** One query of the oracle files, labelled by a real Citus. */
export interface OracleRecord {
  readonly id: string;
  readonly file: string;
  readonly query: string;
  readonly label: string;
  readonly taskCount: number | null;
  readonly shape: string;
  readonly error?: { readonly message: string; readonly detail?: string };
  readonly context: {
    readonly tables: readonly OracleTable[];
    readonly functions: readonly OracleFunction[];
    readonly settings: Readonly<Record<string, string>>;
  };
}

interface OracleTable {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly relkind: string;
  readonly distributionColumn?: string | null;
  readonly distributionMethod?: string | null;
  readonly colocationId?: number | null;
  readonly shardCount?: number | null;
  readonly uniformHash?: boolean;
  readonly shardNodes?: readonly (number | readonly number[])[];
  readonly shards?: readonly { readonly min: string | null; readonly max: string | null }[];
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly notNull: boolean;
    readonly default?: string;
  }[];
  readonly primaryKey: readonly string[] | null;
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly definition?: string;
}

interface OracleFunction {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly volatility: string;
  readonly strict: boolean;
  readonly returnsSet: boolean;
}

const folder = new URL('../../../../../shared/corpus/oracle/', import.meta.url);

/** The records of one oracle file; undefined when the corpus is not there. */
export function readOracle(file: string): OracleRecord[] | undefined {
  const url = new URL(file, folder);
  if (!existsSync(url)) return undefined;
  const lines = readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line): OracleRecord => JSON.parse(line));
}

/** The names a record's query may use. */
export function oracleNames(record: OracleRecord): NameContext {
  const { context } = record;
  const tables = new Map<string, TableDefinition>();
  for (const table of context.tables) {
    const key = nameKey(table);
    tables.set(key, {
      key,
      schema: table.schema,
      name: table.name,
      kind: table.relkind === 'v' ? 'view' : table.relkind === 'm' ? 'materialized-view' : 'table',
      columns: table.columns.map((column) => ({ ...column, type: internalTypeName(column.type) })),
      uniqueKeys: [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniqueKeys],
      ...(table.definition === undefined ? {} : { definition: table.definition.replace(/;\s*$/, '') }),
    });
  }
  const functions = new Map<string, FunctionDefinition[]>();
  for (const item of context.functions) {
    const key = nameKey(item);
    const kinds = { a: 'aggregate', w: 'window', p: 'procedure' } as const;
    const volatilities = { i: 'immutable', s: 'stable', v: 'volatile' } as const;
    const definition: FunctionDefinition = {
      kind: item.kind === 'a' || item.kind === 'w' || item.kind === 'p' ? kinds[item.kind] : 'function',
      volatility:
        item.volatility === 'i' || item.volatility === 's' ? volatilities[item.volatility] : 'volatile',
      returnsSet: item.returnsSet,
      strict: item.strict,
    };
    functions.set(key, [...(functions.get(key) ?? []), definition]);
  }
  const searchPath = (context.settings.search_path ?? 'public')
    .split(',')
    .map((part) => part.trim().replace(/^"(.*)"$/, '$1'))
    .filter((part) => part !== '$user');
  const temporary = context.tables
    .map((table) => table.schema)
    .filter((schema) => schema.startsWith('pg_temp'));
  return { searchPath: [...temporary, ...searchPath], tables, functions };
}

/** The layout a record's query was planned under. */
export function oracleLayout(record: OracleRecord): Layout {
  const tables = new Map<string, TablePlacement>();
  for (const table of record.context.tables) tables.set(nameKey(table), placement(table));
  return { tables, settings: oracleSettings(record.context.settings) };
}

function placement(table: OracleTable): TablePlacement {
  const nodes = (table.shardNodes ?? []).map((node) => (typeof node === 'number' ? [node] : node));
  const shardNodes = nodes.map((group) => group[0] ?? 0);
  const isReplicated = nodes.some((group) => group.length > 1);
  const base = {
    column: table.distributionColumn ?? '',
    colocation: table.colocationId ? String(table.colocationId) : `none:${table.schema}.${table.name}`,
    shardCount: table.shardCount ?? 1,
  };
  switch (table.kind) {
    case 'reference':
      return { kind: 'reference', onCoordinator: nodes.some((group) => group.includes(0)) };
    case 'single-shard': {
      const [node] = shardNodes;
      return { kind: 'single-shard', colocation: base.colocation, ...(node === undefined ? {} : { node }) };
    }
    case 'citus-local':
      return { kind: 'citus-local' };
    case 'distributed':
      if (table.distributionMethod === 'range') {
        const ranges = (table.shards ?? []).map(({ min, max }) => ({ min: min ?? '', max: max ?? '' }));
        return { ...base, kind: 'range', ranges };
      }
      return {
        ...base,
        kind: table.distributionMethod === 'append' ? 'append' : 'hash',
        uniform: table.uniformHash ?? false,
        ...(shardNodes.length > 0 && !isReplicated ? { shardNodes } : {}),
        ...(isReplicated ? { isReplicated } : {}),
      };
    default:
      return { kind: 'local' };
  }
}

function oracleSettings(given: Readonly<Record<string, string>>): Settings {
  const flag = (name: string, otherwise: boolean): boolean =>
    given[name] === undefined ? otherwise : /^(on|true|1)$/.test(given[name]);
  const policy = given['citus.local_table_join_policy'] ?? 'auto';
  return {
    ...defaultSettings,
    fastPathRouter: flag('citus.enable_fast_path_router_planner', true),
    routerExecution: flag('citus.enable_router_execution', true),
    repartitionJoins: flag('citus.enable_repartition_joins', false),
    singleHashRepartitionJoins: flag('citus.enable_single_hash_repartition_joins', false),
    repartitionedInsertSelect: flag('citus.enable_repartitioned_insert_select', true),
    nonColocatedRouter: flag('citus.enable_non_colocated_router_query_pushdown', false),
    localTableJoinPolicy:
      policy === 'never' || policy === 'prefer-local' || policy === 'prefer-distributed' ? policy : 'auto',
    coordinatorAggregation: given['citus.coordinator_aggregation_strategy'] !== 'disabled',
  };
}
