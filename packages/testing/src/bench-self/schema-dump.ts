import { seededRandom } from './random.ts';

/** How large a generated schema is. */
export interface SchemaDumpOptions {
  readonly tables: number;
  readonly foreignKeys: number;
  readonly seed: number;
}

/**
 * A schema without data as pg_dump writes it: a fifth of the tables are lookups that many others refer to, the
 * rest belong to one root table, by a key of their own or through the tables they refer to.
 */
export function schemaDump({ tables, foreignKeys, seed }: SchemaDumpOptions): string {
  const random = seededRandom(seed);
  const lookups = Math.floor(tables / 5);
  // Table 0 is the root, then come the lookups; a table refers to lower numbers only, so that no cycle arises.
  const references = Array.from({ length: tables }, () => new Set<number>());
  let left = foreignKeys;
  for (let table = lookups + 1; table < tables && left > 0; table++) {
    references[table]?.add(random.below(10) < 6 ? 0 : lookups + random.below(table - lookups));
    left--;
  }
  while (left > 0) {
    const from = lookups + 1 + random.below(tables - lookups - 1);
    const to = random.below(3) === 0 ? 1 + random.skewedBelow(lookups) : random.below(from);
    const before = references[from]?.size ?? 0;
    references[from]?.add(to);
    if ((references[from]?.size ?? 0) > before) left--;
  }

  const created = references.map((targets, table) => createTable(table, targets));
  const keys = references.map((_, table) => {
    const name = tableName(table);
    return `ALTER TABLE ONLY public.${name}\n    ADD CONSTRAINT ${name}_pkey PRIMARY KEY (id);\n\n`;
  });
  const indexes = references.map((_, table) => {
    const name = tableName(table);
    return `CREATE INDEX ${name}_created_at_idx ON public.${name} USING btree (created_at);\n\n`;
  });
  const relations = references.flatMap((targets, table) =>
    [...targets].map((target) => {
      const name = tableName(table);
      const column = referenceColumn(target);
      return `ALTER TABLE ONLY public.${name}\n    ADD CONSTRAINT ${name}_${column}_fkey FOREIGN KEY (${column}) REFERENCES public.${tableName(target)}(id);\n\n`;
    }),
  );
  return [
    "SET statement_timeout = 0;\nSET client_encoding = 'UTF8';\nSELECT pg_catalog.set_config('search_path', '', false);\n\n",
    ...created,
    ...keys,
    ...indexes,
    ...relations,
  ].join('');
}

function createTable(table: number, targets: ReadonlySet<number>): string {
  const columns = [
    'id bigint NOT NULL',
    ...[...targets].map((target) => `${referenceColumn(target)} bigint NOT NULL`),
    'name character varying(255) NOT NULL',
    'created_at timestamp with time zone DEFAULT now() NOT NULL',
    'settings jsonb',
    'amount numeric(12,2)',
  ];
  return `CREATE TABLE public.${tableName(table)} (\n    ${columns.join(',\n    ')}\n);\n\n`;
}

function tableName(table: number): string {
  return table === 0 ? 'accounts' : `table_${table}`;
}

function referenceColumn(target: number): string {
  return target === 0 ? 'account_id' : `table_${target}_id`;
}
