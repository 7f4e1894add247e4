import type { Connection } from '@shardwright/postgres';
import type { Catalog } from '../model/catalog.ts';
import type { Constraint, Index, Table } from '../model/table.ts';

/** What two descriptions of one database can be compared by: lines of text by kind of object. */
export type Facts = Readonly<Record<FactKind, readonly string[]>>;

export const factKinds = [
  'tables',
  'columns',
  'constraints',
  'indexes',
  'sequences',
  'views',
  'triggers',
  'policies',
  'rules',
  'types',
  'routines',
] as const;

export type FactKind = (typeof factKinds)[number];

const name = (...parts: string[]): string => parts.join('.');
const list = (names: readonly string[]): string => names.join(', ');

/** The facts as the model tells them. */
export function modelFacts(catalog: Catalog): Facts {
  const tables = catalog.tables.filter((table) => table.schema !== 'pg_temp');
  return sorted({
    tables: tables.map(tableFact),
    columns: tables.flatMap((table) => table.columns.map((column) => columnFact(table, column))),
    constraints: tables.flatMap((table) =>
      table.constraints
        .filter((constraint) => constraint.kind !== 'not-null')
        .map(
          (constraint) => `${name(table.schema, table.name, constraint.name)} ${constraintFact(constraint)}`,
        ),
    ),
    indexes: [
      ...tables.flatMap((table) => table.indexes.map((index) => indexFact(table, index))),
      ...catalog.views.flatMap((view) =>
        view.indexes.map((index) => `${name(view.schema, view.name, index.name)} of view`),
      ),
    ],
    sequences: catalog.sequences.map((sequence) => {
      const owner = sequence.ownedBy;
      const owned = owner ? ` owned by ${name(owner.table.schema, owner.table.name, owner.column)}` : '';
      return `${name(sequence.schema, sequence.name)} ${sequence.dataType} start ${sequence.start} by ${sequence.increment}${owned}`;
    }),
    views: catalog.views.map((view) => `${name(view.schema, view.name)} ${view.kind}`),
    triggers: catalog.triggers.map(
      (trigger) =>
        `${name(trigger.table.schema, trigger.table.name, trigger.name)} ${trigger.timing} ${trigger.level} ` +
        `${[...trigger.events].sort().join('/')} ${trigger.enabled} ${name(trigger.function.schema, trigger.function.name)}`,
    ),
    policies: catalog.policies.map(
      (policy) =>
        `${name(policy.table.schema, policy.table.name, policy.name)} ${policy.command} ${policy.permissive}`,
    ),
    rules: catalog.rules.map(
      (rule) => `${name(rule.table.schema, rule.table.name, rule.name)} ${rule.event} ${rule.instead}`,
    ),
    types: catalog.types.map((type) => {
      if (type.kind === 'enum') return `${name(type.schema, type.name)} enum ${list(type.labels)}`;
      if (type.kind === 'domain')
        return `${name(type.schema, type.name)} domain ${type.base.sql} ${type.notNull}`;
      if (type.kind === 'composite') {
        const attributes = type.attributes.map((attribute) => `${attribute.name} ${attribute.type.sql}`);
        return `${name(type.schema, type.name)} composite ${list(attributes)}`;
      }
      return `${name(type.schema, type.name)} ${type.kind}`;
    }),
    routines: catalog.routines.map(
      (routine) =>
        `${routine.kind} ${name(routine.schema, routine.name)}(${list(routine.argumentTypes)}) ${routine.volatility} ${routine.language}`,
    ),
  });
}

function sorted(facts: Record<FactKind, string[]>): Facts {
  for (const kind of factKinds) facts[kind].sort();
  return facts;
}

function tableFact(table: Table): string {
  const parents = table.partitionOf ? [table.partitionOf.parent] : table.inherits;
  const from =
    parents.length > 0 ? ` from ${list(parents.map((parent) => name(parent.schema, parent.name)))}` : '';
  const { kind, persistence, rowSecurity, partitionKey } = table;
  const cut = partitionKey
    ? ` by ${partitionKey.strategy} ${list(partitionKey.keys.map((key) => key.column ?? '<>'))}`
    : '';
  return `${name(table.schema, table.name)} ${kind} ${persistence} ${rowSecurity}${from}${cut}`;
}

function columnFact(table: Table, column: Table['columns'][number]): string {
  return [
    name(table.schema, table.name, column.name),
    column.type.sql,
    column.notNull ? 'not null' : '',
    column.identity ?? '',
    column.generated?.kind ?? '',
    column.default === undefined ? '' : 'default',
    column.collation?.name ?? '',
  ].join('|');
}

function constraintFact(constraint: Exclude<Constraint, { kind: 'not-null' }>): string {
  const deferrable = constraint.deferrable ?? '';
  switch (constraint.kind) {
    case 'primary-key':
    case 'unique':
      return `${constraint.kind} (${list(constraint.columns)}) (${list(constraint.include)}) ${deferrable}`;
    case 'foreign-key': {
      const { references, onDelete, onUpdate, match, notValid } = constraint;
      const target = `${name(references.schema, references.name)} (${list(constraint.referencedColumns)})`;
      return `foreign-key (${list(constraint.columns)}) ${target} ${onDelete} ${onUpdate} ${match} ${notValid} ${deferrable}`;
    }
    case 'check':
      return `check ${constraint.notValid} ${constraint.noInherit}`;
    case 'exclusion':
      return `exclusion ${constraint.method} (${list(constraint.elements.map((element) => element.column ?? '<>'))}) ${deferrable}`;
    default:
      return constraint satisfies never;
  }
}

function indexFact(table: Table, index: Index): string {
  const keys = list(index.keys.map((key) => key.column ?? '<>'));
  const partial = index.predicate === undefined ? '' : ' partial';
  const unique = index.unique ? ' unique' : '';
  return `${name(table.schema, table.name, index.name)} ${index.method}${unique} (${keys}) (${list(index.include)})${partial}`;
}

/** The facts as the server's own catalogs tell them. */
export async function serverFacts(connection: Connection): Promise<Facts> {
  await connection.query("SET search_path = ''");
  const facts = {} as Record<FactKind, string[]>;
  for (const kind of factKinds) {
    const rows = await connection.query(queries[kind]);
    facts[kind] = rows.map((row) => String(row.fact));
  }
  return sorted(facts);
}

const userNamespace = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
const notOfExtension = (catalog: string, alias: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '${catalog}'::regclass AND x.objid = ${alias}.oid AND x.deptype = 'e')`;
const qualified = (relation: string): string =>
  `(SELECT qn.nspname || '.' || q.relname FROM pg_class q JOIN pg_namespace qn ON qn.oid = q.relnamespace WHERE q.oid = ${relation})`;
const attributes = (relation: string, numbers: string): string =>
  `(SELECT coalesce(string_agg(coalesce(qa.attname, '<>'), ', ' ORDER BY k.ord), '') FROM unnest(${numbers}) WITH ORDINALITY AS k(num, ord) LEFT JOIN pg_attribute qa ON qa.attrelid = ${relation} AND qa.attnum = k.num)`;
const deferrable =
  "CASE WHEN c.condeferred THEN 'deferred' WHEN c.condeferrable THEN 'immediate' ELSE '' END";

const queries: Readonly<Record<FactKind, string>> = {
  tables: `
    SELECT ${qualified('c.oid')} || ' ' ||
      CASE c.relkind WHEN 'r' THEN 'ordinary' WHEN 'p' THEN 'partitioned' ELSE 'foreign' END || ' ' ||
      CASE c.relpersistence WHEN 'p' THEN 'permanent' ELSE 'unlogged' END || ' ' ||
      CASE WHEN NOT c.relrowsecurity THEN 'off' WHEN c.relforcerowsecurity THEN 'forced' ELSE 'enabled' END ||
      coalesce(' from ' || (SELECT string_agg(${qualified('i.inhparent')}, ', ' ORDER BY i.inhseqno)
        FROM pg_inherits i WHERE i.inhrelid = c.oid), '') ||
      coalesce(' by ' || (SELECT CASE p.partstrat WHEN 'r' THEN 'range' WHEN 'l' THEN 'list' ELSE 'hash' END || ' ' ||
        ${attributes('p.partrelid', 'p.partattrs::int2[]')} FROM pg_partitioned_table p WHERE p.partrelid = c.oid), '') AS fact
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f') AND ${userNamespace} AND ${notOfExtension('pg_class', 'c')}`,
  columns: `
    SELECT concat_ws('|', ${qualified('c.oid')} || '.' || a.attname, format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attnotnull THEN 'not null' ELSE '' END,
      CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by-default' ELSE '' END,
      CASE a.attgenerated WHEN 's' THEN 'stored' ELSE '' END,
      CASE WHEN a.atthasdef AND a.attgenerated = '' THEN 'default' ELSE '' END,
      coalesce((SELECT o.collname FROM pg_collation o JOIN pg_type t ON t.oid = a.atttypid
        WHERE o.oid = a.attcollation AND o.oid <> t.typcollation), '')) AS fact
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND ${userNamespace}
      AND ${notOfExtension('pg_class', 'c')}`,
  // Rows that tie a foreign key to the partitions of the referenced table are the server's own bookkeeping.
  constraints: `
    SELECT ${qualified('c.conrelid')} || '.' || c.conname || ' ' ||
      CASE c.contype
        WHEN 'p' THEN 'primary-key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign-key'
        WHEN 'c' THEN 'check ' || (NOT c.convalidated) || ' ' || c.connoinherit
        ELSE 'exclusion' END ||
      CASE c.contype
        WHEN 'f' THEN ' (' || ${attributes('c.conrelid', 'c.conkey')} || ') ' || ${qualified('c.confrelid')} || ' (' ||
          ${attributes('c.confrelid', 'c.confkey')} || ') ' ||
          (SELECT string_agg(CASE act WHEN 'a' THEN 'no-action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade'
            WHEN 'n' THEN 'set-null' ELSE 'set-default' END, ' ' ORDER BY ord)
            FROM unnest(ARRAY[c.confdeltype, c.confupdtype]) WITH ORDINALITY AS u(act, ord)) || ' ' ||
          CASE c.confmatchtype WHEN 'f' THEN 'full' ELSE 'simple' END || ' ' || (NOT c.convalidated) || ' ' || ${deferrable}
        WHEN 'c' THEN ''
        WHEN 'x' THEN ' ' || (SELECT m.amname FROM pg_class i JOIN pg_am m ON m.oid = i.relam WHERE i.oid = c.conindid) ||
          ' (' || ${attributes('c.conrelid', 'c.conkey')} || ') ' || ${deferrable}
        ELSE ' (' || (SELECT ${attributes('i.indrelid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')} FROM pg_index i WHERE i.indexrelid = c.conindid) ||
          ') (' || (SELECT ${attributes('i.indrelid', '(i.indkey::int2[])[i.indnkeyatts:]')} FROM pg_index i WHERE i.indexrelid = c.conindid) ||
          ') ' || ${deferrable} END AS fact
    FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
    LEFT JOIN pg_constraint p ON p.oid = c.conparentid
    WHERE c.contype IN ('p', 'u', 'f', 'c', 'x') AND ${userNamespace} AND ${notOfExtension('pg_class', 'r')}
      AND NOT (c.contype = 'f' AND p.oid IS NOT NULL AND p.conrelid = c.conrelid)`,
  indexes: `
    SELECT ${qualified('i.indrelid')} || '.' || c.relname || CASE WHEN r.relkind = 'm' THEN ' of view' ELSE
      ' ' || m.amname || CASE WHEN i.indisunique THEN ' unique' ELSE '' END || ' (' ||
      ${attributes('i.indrelid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')} || ') (' ||
      ${attributes('i.indrelid', '(i.indkey::int2[])[i.indnkeyatts:]')} || ')' ||
      CASE WHEN i.indpred IS NULL THEN '' ELSE ' partial' END END AS fact
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
    JOIN pg_class r ON r.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${userNamespace} AND ${notOfExtension('pg_class', 'r')}`,
  sequences: `
    SELECT ${qualified('c.oid')} || ' ' || t.typname || ' start ' || s.seqstart || ' by ' || s.seqincrement ||
      coalesce(' owned by ' || (SELECT ${qualified('d.refobjid')} || '.' || a.attname
        FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')), '') AS fact
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_type t ON t.oid = s.seqtypid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${userNamespace} AND ${notOfExtension('pg_class', 'c')}`,
  views: `
    SELECT ${qualified('c.oid')} || CASE c.relkind WHEN 'm' THEN ' materialized' ELSE ' view' END AS fact
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'm') AND ${userNamespace} AND ${notOfExtension('pg_class', 'c')}`,
  triggers: `
    SELECT ${qualified('t.tgrelid')} || '.' || t.tgname || ' ' ||
      CASE WHEN t.tgtype & 64 <> 0 THEN 'instead-of' WHEN t.tgtype & 2 <> 0 THEN 'before' ELSE 'after' END || ' ' ||
      CASE WHEN t.tgtype & 1 <> 0 THEN 'row' ELSE 'statement' END || ' ' ||
      concat_ws('/', CASE WHEN t.tgtype & 8 <> 0 THEN 'delete' END, CASE WHEN t.tgtype & 4 <> 0 THEN 'insert' END,
        CASE WHEN t.tgtype & 32 <> 0 THEN 'truncate' END, CASE WHEN t.tgtype & 16 <> 0 THEN 'update' END) || ' ' ||
      CASE t.tgenabled WHEN 'O' THEN 'origin' WHEN 'A' THEN 'always' WHEN 'R' THEN 'replica' ELSE 'disabled' END || ' ' ||
      (SELECT fn.nspname || '.' || f.proname FROM pg_proc f
        JOIN pg_namespace fn ON fn.oid = f.pronamespace WHERE f.oid = t.tgfoid) AS fact
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND ${userNamespace} AND ${notOfExtension('pg_class', 'c')}`,
  policies: `
    SELECT ${qualified('p.polrelid')} || '.' || p.polname || ' ' ||
      CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' ELSE 'all' END ||
      ' ' || p.polpermissive AS fact
    FROM pg_policy p`,
  rules: `
    SELECT ${qualified('r.ev_class')} || '.' || r.rulename || ' ' ||
      CASE r.ev_type WHEN '1' THEN 'select' WHEN '2' THEN 'update' WHEN '3' THEN 'insert' ELSE 'delete' END || ' ' ||
      r.is_instead AS fact
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE r.rulename <> '_RETURN' AND ${userNamespace} AND ${notOfExtension('pg_class', 'c')}`,
  types: `
    SELECT n.nspname || '.' || t.typname || ' ' || CASE t.typtype
      WHEN 'e' THEN 'enum ' || coalesce((SELECT string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '')
      WHEN 'd' THEN 'domain ' || format_type(t.typbasetype, t.typtypmod) || ' ' || t.typnotnull
      WHEN 'c' THEN 'composite ' || coalesce((SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '')
      WHEN 'r' THEN 'range' WHEN 'p' THEN 'shell' ELSE 'base' END AS fact
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE ${userNamespace} AND ${notOfExtension('pg_type', 't')} AND (t.typrelid = 0 OR c.relkind = 'c')
      AND t.typtype <> 'm' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)`,
  routines: `
    SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END || ' ' ||
      n.nspname || '.' || p.proname || '(' ||
      coalesce((SELECT string_agg(format_type(u.type, NULL), ', ' ORDER BY u.ord) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u(type, ord)), '') ||
      ') ' || CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END || ' ' ||
      (SELECT l.lanname FROM pg_language l WHERE l.oid = p.prolang) AS fact
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE ${userNamespace} AND ${notOfExtension('pg_proc', 'p')}
      AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_proc'::regclass AND x.objid = p.oid AND x.deptype = 'i')`,
};
