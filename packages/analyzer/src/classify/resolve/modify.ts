import type { DeleteStmt, InsertStmt, MergeStmt, Node, RangeVar, UpdateStmt } from '@shardwright/sql';
import type { TableDefinition } from '../context.ts';
import type { Expression, Query, RangeEntry, Target } from '../query-tree.ts';
import { addEntry, findTable, relationEntry } from './entries.ts';
import { resolveFromItem, resolveFromList } from './from.ts';
import { emptyQuery, openScope, ResolveProblem, type Resolver, type Scope } from './scope.ts';
import { resolveTarget, resolveWith } from './select.ts';

/** An INSERT, UPDATE, DELETE or MERGE with its names resolved; undefined for other statements. */
export function resolveModification(
  node: Node,
  resolver: Resolver,
  parent: Scope | undefined,
): Query | undefined {
  if ('InsertStmt' in node) return resolveInsert(node.InsertStmt, resolver, parent);
  if ('UpdateStmt' in node) return resolveUpdate(node.UpdateStmt, resolver, parent);
  if ('DeleteStmt' in node) return resolveDelete(node.DeleteStmt, resolver, parent);
  if ('MergeStmt' in node) return resolveMerge(node.MergeStmt, resolver, parent);
  return undefined;
}

interface OpenModification {
  readonly query: Query;
  readonly scope: Scope;
  readonly table: TableDefinition | undefined;
}

function openModification(
  command: Query['command'],
  range: RangeVar | undefined,
  resolver: Resolver,
  parent: Scope | undefined,
): OpenModification {
  if (!range) throw new ResolveProblem('modification without a table');
  const query = emptyQuery(command);
  const scope = openScope(resolver, parent, query);
  const table = findTable(resolver.context, range.schemaname, range.relname ?? '');
  const alias = range.alias?.aliasname ?? range.relname ?? '';
  const viewQuery =
    table?.kind === 'view' && table.definition !== undefined ? resolver.view(table) : undefined;
  const entry = relationEntry(scope, table, range, alias);
  if (viewQuery && entry.columns.length === 0) {
    entry.columns = viewQuery.targets.map((target) => target.name);
    entry.columnTypes = viewQuery.targets.map((target) => target.expression.type);
  }
  const added = addEntry(scope, entry, table?.schema);
  // Not in the join tree: it only tells which tables the view stands for.
  if (viewQuery) addEntry(scope, asView(alias, viewQuery));
  scope.items = table ? added.items : added.items.map((item) => ({ ...item, open: true }));
  query.result = 0;
  return { query, scope, table };
}

function asView(alias: string, query: Query): RangeEntry {
  return { kind: 'subquery', query, alias, columns: [], columnTypes: [], lateral: false };
}

function returningTargets(node: { exprs?: Node[] } | undefined, scope: Scope): Target[] {
  return (node?.exprs ?? []).flatMap((target) => resolveTarget(target, scope));
}

function resolveInsert(statement: InsertStmt, resolver: Resolver, parent: Scope | undefined): Query {
  const { query, scope, table } = openModification('insert', statement.relation, resolver, parent);
  const tableItems = scope.items;
  if (statement.withClause) resolveWith(statement.withClause, scope);
  const names = (statement.cols ?? []).flatMap((node) =>
    'ResTarget' in node ? [node.ResTarget.name ?? ''] : [],
  );
  const columns = names.length > 0 ? names : (table?.columns ?? []).map((column) => column.name);
  scope.items = [];
  insertSource(statement.selectStmt, scope, columns, table);
  addDefaults(query, table, resolver);
  scope.items = tableItems;
  query.returning = returningTargets(statement.returningClause, scope);
  if (statement.onConflictClause?.action === 'ONCONFLICT_UPDATE' || statement.onConflictClause) {
    const clause = statement.onConflictClause;
    const entry = query.rtable[0];
    const excluded = addEntry(scope, {
      kind: 'result',
      alias: 'excluded',
      columns: [...(entry?.columns ?? [])],
      columnTypes: [...(entry?.columnTypes ?? [])],
      lateral: false,
    });
    query.onConflict = {
      arbiterWhere: clause.infer?.whereClause && resolver.expression(clause.infer.whereClause, scope),
      set: [],
      where: undefined,
    };
    scope.items = [
      ...tableItems,
      ...excluded.items.map((item) => ({ ...item, unqualified: false, open: !table })),
    ];
    query.onConflict.set = assignments(clause.targetList ?? [], scope, table);
    query.onConflict.where = clause.whereClause && resolver.expression(clause.whereClause, scope);
  }
  return query;
}

function columnNumber(table: TableDefinition | undefined, name: string | undefined): number | undefined {
  const index = table?.columns.findIndex((column) => column.name === name) ?? -1;
  return index < 0 ? undefined : index + 1;
}

function target(name: string, expression: Expression, table: TableDefinition | undefined): Target {
  const column = columnNumber(table, name);
  return column === undefined ? { name, expression } : { name, expression, column };
}

/** VALUES stand in the target list (one row) or in a VALUES item (several); anything else is a subquery. */
function insertSource(
  node: Node | undefined,
  scope: Scope,
  columns: readonly string[],
  table: TableDefinition | undefined,
): void {
  const { query, resolver } = scope;
  if (!node) return;
  if (!('SelectStmt' in node)) throw new ResolveProblem('INSERT from something that is not a query');
  const statement = node.SelectStmt;
  const lists = statement.valuesLists;
  const isPlain =
    !statement.sortClause && !statement.limitCount && !statement.limitOffset && !statement.withClause;
  if (!lists || !isPlain) {
    const inner = resolver.select(statement, { ...scope, items: [] });
    const added = addEntry(scope, {
      kind: 'subquery',
      query: inner,
      alias: '*SELECT*',
      columns: inner.targets.map((output) => output.name),
      columnTypes: inner.targets.map((output) => output.expression.type),
      lateral: false,
    });
    query.from.push(added.node);
    const outputs = added.items[0]?.columns ?? [];
    query.targets = outputs.flatMap((output, index): Target[] => {
      const name = columns[index] ?? `column${index + 1}`;
      return [target(name, assigned(output.expression, name, table), table)];
    });
    return;
  }
  const rows = lists.map((list) =>
    'List' in list ? (list.List.items ?? []).map((item) => resolver.expression(item, scope)) : [],
  );
  const [first] = rows;
  if (rows.length === 1 && first) {
    query.targets = first.map((cell, index) => {
      const name = columns[index] ?? `column${index + 1}`;
      return target(name, isDefault(cell) ? defaultOf(name, table, resolver) : cell, table);
    });
    return;
  }
  const added = addEntry(scope, {
    kind: 'values',
    rows,
    alias: '*VALUES*',
    columns: (first ?? []).map((_, index) => `column${index + 1}`),
    columnTypes: (first ?? []).map((cell) => cell.type),
    lateral: false,
  });
  query.from.push(added.node);
  query.targets = (added.items[0]?.columns ?? []).map((output, index) =>
    target(columns[index] ?? output.name, output.expression, table),
  );
}

const isDefault = (cell: Expression): boolean => cell.kind === 'other' && cell.args.length === 0;

function assigned(expression: Expression, name: string, table: TableDefinition | undefined): Expression {
  const type = table?.columns.find((column) => column.name === name)?.type;
  const given = expression.type;
  if (type === undefined || given === undefined || given === type || given === 'unknown') return expression;
  return { kind: 'cast', args: [expression], type, stable: false };
}

function defaultOf(name: string, table: TableDefinition | undefined, resolver: Resolver): Expression {
  const column = table?.columns.find((candidate) => candidate.name === name);
  if (column?.default === undefined) return { kind: 'constant', value: null, args: [], type: column?.type };
  return resolver.text(column.default);
}

/** The rewriter adds the defaults of columns that the statement leaves out. */
function addDefaults(query: Query, table: TableDefinition | undefined, resolver: Resolver): void {
  for (const column of table?.columns ?? []) {
    if (column.default === undefined) continue;
    if (query.targets.some((given) => given.name === column.name)) continue;
    query.targets.push(target(column.name, defaultOf(column.name, table, resolver), table));
  }
}

function assignments(nodes: readonly Node[], scope: Scope, table: TableDefinition | undefined): Target[] {
  return nodes.flatMap((node): Target[] => {
    if (!('ResTarget' in node) || !node.ResTarget.val) return [];
    const name = node.ResTarget.name ?? '';
    const value = scope.resolver.expression(node.ResTarget.val, scope);
    const expression = isDefault(value) ? defaultOf(name, table, scope.resolver) : value;
    const isPart = (node.ResTarget.indirection ?? []).some((step) => 'String' in step);
    return [
      target(name, isPart ? { kind: 'other', args: [expression], type: 'field-store' } : expression, table),
    ];
  });
}

function resolveUpdate(statement: UpdateStmt, resolver: Resolver, parent: Scope | undefined): Query {
  const { query, scope, table } = openModification('update', statement.relation, resolver, parent);
  if (statement.withClause) resolveWith(statement.withClause, scope);
  query.from.push({ kind: 'entry', entry: 0 });
  resolveFromList(statement.fromClause ?? [], scope);
  query.targets = assignments(statement.targetList ?? [], scope, table);
  query.where = statement.whereClause && resolver.expression(statement.whereClause, scope);
  query.returning = returningTargets(statement.returningClause, scope);
  return query;
}

function resolveDelete(statement: DeleteStmt, resolver: Resolver, parent: Scope | undefined): Query {
  const { query, scope } = openModification('delete', statement.relation, resolver, parent);
  if (statement.withClause) resolveWith(statement.withClause, scope);
  query.from.push({ kind: 'entry', entry: 0 });
  resolveFromList(statement.usingClause ?? [], scope);
  query.where = statement.whereClause && resolver.expression(statement.whereClause, scope);
  query.returning = returningTargets(statement.returningClause, scope);
  return query;
}

function resolveMerge(statement: MergeStmt, resolver: Resolver, parent: Scope | undefined): Query {
  const { query, scope, table } = openModification('merge', statement.relation, resolver, parent);
  if (statement.withClause) resolveWith(statement.withClause, scope);
  if (!statement.sourceRelation) throw new ResolveProblem('MERGE without a source');
  const targetItems = scope.items;
  const source = resolveFromItem(statement.sourceRelation, scope, []);
  query.from.push(source.node);
  scope.items = [...targetItems, ...source.items];
  query.where = statement.joinCondition && resolver.expression(statement.joinCondition, scope);
  for (const node of statement.mergeWhenClauses ?? []) {
    if (!('MergeWhenClause' in node)) continue;
    const clause = node.MergeWhenClause;
    const commands = { CMD_INSERT: 'insert', CMD_UPDATE: 'update', CMD_DELETE: 'delete' } as const;
    const known = clause.commandType;
    const command =
      known === 'CMD_INSERT' || known === 'CMD_UPDATE' || known === 'CMD_DELETE'
        ? commands[known]
        : 'nothing';
    const matched = clause.matchKind !== 'MERGE_WHEN_NOT_MATCHED_BY_TARGET';
    query.mergeActions.push({
      matched,
      command,
      condition: clause.condition && resolver.expression(clause.condition, scope),
      targets:
        command === 'insert'
          ? mergeInsert(clause, scope, table)
          : assignments(clause.targetList ?? [], scope, table),
    });
  }
  query.returning = returningTargets(statement.returningClause, scope);
  return query;
}

function mergeInsert(
  clause: { targetList?: Node[]; values?: Node[] },
  scope: Scope,
  table: TableDefinition | undefined,
): Target[] {
  const names = (clause.targetList ?? []).flatMap((node) =>
    'ResTarget' in node ? [node.ResTarget.name ?? ''] : [],
  );
  const columns = names.length > 0 ? names : (table?.columns ?? []).map((column) => column.name);
  return (clause.values ?? []).map((node, index) => {
    const name = columns[index] ?? `column${index + 1}`;
    return target(name, scope.resolver.expression(node, scope), table);
  });
}
