import { nameKey } from '@shardwright/core';
import type { Classification } from '../model/query.ts';
import { classifyUnder } from './classify.ts';
import {
  defaultSettings,
  type NameContext,
  type Settings,
  type TableDefinition,
  type TablePlacement,
} from './context.ts';
import { type PreparedQuery, prepareWithNames } from './prepare-query.ts';

const tables: Readonly<Record<string, string>> = {
  orders: 'company_id int8, order_id int8, customer_id int8, total numeric, note text',
  items: 'company_id int8, order_id int8, product_id int8, quantity int4',
  events: 'user_id int8, order_id int8, kind text',
  products: 'product_id int8, name text',
  countries: 'code text, name text',
  drafts: 'draft_id int8, order_id int8, note text',
  settings: 'key text, value text',
  bills: 'company_id int8, bill_id int8, total numeric',
  logs: 'tenant text, at timestamptz, level int4',
  rates: 'code text, rate numeric',
};

const uniqueKeys: Readonly<Record<string, string[][]>> = {
  orders: [['company_id', 'order_id']],
  products: [['product_id']],
  countries: [['code']],
};

const views: Readonly<Record<string, string>> = {
  big_orders: 'SELECT company_id, order_id, total FROM orders WHERE total > 1000',
  order_sums: 'SELECT company_id, sum(total) AS total FROM orders GROUP BY company_id',
  item_names: 'SELECT i.company_id, p.name FROM items i LEFT JOIN products p USING (product_id)',
};

const shop = {
  kind: 'hash',
  column: 'company_id',
  colocation: 'shop',
  shardCount: 8,
  uniform: true,
} as const;

const placements: Readonly<Record<string, TablePlacement>> = {
  orders: shop,
  items: shop,
  events: { ...shop, column: 'user_id', colocation: 'people' },
  products: { kind: 'reference', onCoordinator: true },
  countries: { kind: 'reference', onCoordinator: true },
  settings: { kind: 'single-shard', colocation: 'single' },
  bills: shop,
  logs: { ...shop, column: 'tenant', colocation: 'tenants' },
  rates: { kind: 'citus-local' },
};

/** Names of a small shop: orders and items by company, events by user, products and countries as reference tables. */
function shopNames(): NameContext {
  const definitions = Object.entries(tables).map(([name, columns]): [string, TableDefinition] => {
    const key = nameKey({ schema: 'public', name });
    return [
      key,
      {
        key,
        schema: 'public',
        name,
        kind: 'table',
        columns: columns.split(', ').map((column) => {
          const [columnName = '', type = ''] = column.split(' ');
          const given = { name: columnName, type, notNull: false };
          return columnName === 'bill_id' ? { ...given, default: "nextval('bill_numbers')" } : given;
        }),
        uniqueKeys: uniqueKeys[name] ?? [],
      },
    ];
  });
  for (const [name, view] of Object.entries(views)) {
    const key = nameKey({ schema: 'public', name });
    const base = { key, schema: 'public', name, kind: 'view', columns: [], uniqueKeys: [] } as const;
    definitions.push([key, { ...base, definition: view }]);
  }
  return { searchPath: ['public'], tables: new Map(definitions), functions: new Map() };
}

/** A query over the shop. */
function shopQuery(sql: string): PreparedQuery {
  return prepareWithNames(sql, shopNames());
}

/** How Citus runs a query over the shop. */
export function classifyInShop(sql: string, settings: Partial<Settings> = {}): Classification {
  const layout = new Map(
    Object.entries(placements).map(([name, placement]) => [nameKey({ schema: 'public', name }), placement]),
  );
  return classifyUnder(shopQuery(sql), {
    tables: layout,
    settings: { ...defaultSettings, repartitionJoins: true, ...settings },
  });
}

/** The statements that make the shop on a real Citus. */
export function shopTables(): string[] {
  const statements = Object.entries(tables).map(([name, columns]) => {
    const keys = (uniqueKeys[name] ?? []).map((key) => `, UNIQUE (${key.join(', ')})`);
    const given = columns.replace('bill_id int8', "bill_id int8 DEFAULT nextval('bill_numbers')");
    return `CREATE TABLE ${name} (${given}${keys.join('')})`;
  });
  for (const [name, placement] of Object.entries(placements)) {
    if (placement.kind === 'citus-local') {
      statements.push(`SELECT citus_add_local_table_to_metadata('${name}')`);
    } else if (placement.kind === 'reference') statements.push(`SELECT create_reference_table('${name}')`);
    else if (placement.kind === 'single-shard') {
      statements.push(`SELECT create_distributed_table('${name}', NULL, colocate_with := 'none')`);
    } else if (placement.kind === 'hash') {
      const sibling = name === 'items' || name === 'bills' ? 'orders' : 'none';
      statements.push(
        `SELECT create_distributed_table('${name}', '${placement.column}', colocate_with := '${sibling}')`,
      );
    }
  }
  const viewStatements = Object.entries(views).map(([name, view]) => `CREATE VIEW ${name} AS ${view}`);
  return ['CREATE SEQUENCE bill_numbers', ...statements, ...viewStatements];
}
