import { type Node, pick, pickAll, type SelectStmt, strings } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import { type Database, rangeName } from './database.ts';
import type { ColumnDraft, TypedDraft } from './draft.ts';
import { figureColumnName } from './expression.ts';
import { builtIn, resolveType, undeterminedType } from './type-name.ts';

/** The columns a FROM item offers under its alias. */
interface Source {
  readonly alias: string;
  readonly columns: readonly ColumnDraft[];
}

interface Scope {
  readonly database: Database;
  readonly definition: Definition;
  readonly ctes: ReadonlyMap<string, readonly ColumnDraft[]>;
  readonly sources: readonly Source[];
}

/**
 * The columns a query gives, as far as its text and the tables it reads tell; an expression whose type only the
 * server's function catalog knows gets the type `unknown`.
 */
export function queryColumns(
  database: Database,
  query: Node | undefined,
  definition: Definition,
): ColumnDraft[] {
  const select = pick(query, 'SelectStmt');
  return select ? selectColumns({ database, definition, ctes: new Map(), sources: [] }, select) : [];
}

function selectColumns(outer: Scope, select: SelectStmt): ColumnDraft[] {
  const ctes = new Map(outer.ctes);
  for (const cte of pickAll(select.withClause?.ctes, 'CommonTableExpr')) {
    const inner = pick(cte.ctequery, 'SelectStmt');
    const columns = inner ? selectColumns({ ...outer, ctes }, inner) : [];
    ctes.set(cte.ctename ?? '', renamed(columns, strings(cte.aliascolnames)));
  }
  const scope = { ...outer, ctes };
  if (select.larg) return selectColumns(scope, select.larg);
  if (select.valuesLists) {
    const row = pick(select.valuesLists[0], 'List')?.items ?? [];
    return row.map((value, index) => column(`column${index + 1}`, typeOf(scope, value)));
  }
  const sources = (select.fromClause ?? []).flatMap((item) => sourcesOf(scope, item));
  const inside = { ...scope, sources };
  return pickAll(select.targetList, 'ResTarget').flatMap((target) =>
    targetColumns(inside, target.val, target.name),
  );
}

type QueryType = TypedDraft & Pick<ColumnDraft, 'collation'>;

function column(name: string, { type, draft, collation }: QueryType): ColumnDraft {
  return { name, type, typeDraft: draft, collation, notNull: false, isLocal: true };
}

function typeOfColumn({ type, typeDraft, collation }: ColumnDraft): QueryType {
  return { type, draft: typeDraft, collation };
}

function renamed(columns: readonly ColumnDraft[], names: readonly string[]): ColumnDraft[] {
  return columns.map((one, index) => ({ ...one, name: names[index] ?? one.name }));
}

function sourcesOf(scope: Scope, item: Node): Source[] {
  const join = pick(item, 'JoinExpr');
  if (join) {
    const sides = [join.larg, join.rarg].flatMap((side) => (side ? sourcesOf(scope, side) : []));
    return join.alias
      ? [{ alias: join.alias.aliasname ?? '', columns: sides.flatMap((side) => side.columns) }]
      : sides;
  }
  const range = pick(item, 'RangeVar');
  if (range) {
    const name = rangeName(range);
    const alias = range.alias?.aliasname ?? name.name;
    const cte = name.schema === undefined ? scope.ctes.get(name.name) : undefined;
    const relation = cte ? undefined : scope.database.findRelation(name);
    const columns = cte ?? (relation && 'columns' in relation ? relation.columns : []);
    return [{ alias, columns: renamed(columns, strings(range.alias?.colnames)) }];
  }
  const sub = pick(item, 'RangeSubselect');
  if (sub) {
    const inner = pick(sub.subquery, 'SelectStmt');
    const columns = inner ? selectColumns({ ...scope, sources: [] }, inner) : [];
    return [{ alias: sub.alias?.aliasname ?? '', columns: renamed(columns, strings(sub.alias?.colnames)) }];
  }
  return functionSource(scope, item);
}

function functionSource(scope: Scope, item: Node): Source[] {
  const range = pick(item, 'RangeFunction');
  if (!range) return [];
  const declared = pickAll(range.coldeflist, 'ColumnDef').map((one) =>
    column(one.colname ?? '', resolveType(scope.database, one.typeName, scope.definition)),
  );
  const call = pick(pick(range.functions?.[0], 'List')?.items?.[0], 'FuncCall');
  const alias = range.alias?.aliasname ?? strings(call?.funcname).at(-1) ?? '';
  const names = strings(range.alias?.colnames);
  if (declared.length > 0) return [{ alias, columns: declared }];
  const columns = names.length > 0 ? names : [alias];
  return [{ alias, columns: columns.map((name) => column(name, { type: undeterminedType })) }];
}

function targetColumns(scope: Scope, value: Node | undefined, name: string | undefined): ColumnDraft[] {
  const fields = pick(value, 'ColumnRef')?.fields ?? [];
  const isStar = fields.length > 0 && pick(fields.at(-1), 'A_Star') !== undefined;
  if (!isStar) return [column(name ?? figureColumnName(value) ?? '?column?', typeOf(scope, value))];
  const alias = strings(fields).at(-1);
  return scope.sources
    .filter((source) => alias === undefined || source.alias === alias)
    .flatMap((source) => source.columns.map((one) => column(one.name, typeOfColumn(one))));
}

function typeOf(scope: Scope, value: Node | undefined): QueryType {
  const unknown: TypedDraft = { type: undeterminedType };
  if (value === undefined) return unknown;
  const reference = pick(value, 'ColumnRef');
  if (reference) return referencedType(scope, strings(reference.fields)) ?? unknown;
  const cast = pick(value, 'TypeCast');
  if (cast) return resolveType(scope.database, cast.typeName, scope.definition);
  const constant = pick(value, 'A_Const');
  if (constant) return { type: builtIn(constantType(constant)) };
  const call = pick(value, 'FuncCall');
  if (call) return functionType(scope, strings(call.funcname), call.args ?? []);
  const choice = pick(value, 'CaseExpr');
  if (choice) {
    const results = pickAll(choice.args, 'CaseWhen').map((one) => one.result);
    return firstKnown(scope, [...results, choice.defresult]);
  }
  const coalesce = pick(value, 'CoalesceExpr') ?? pick(value, 'MinMaxExpr');
  if (coalesce) return firstKnown(scope, coalesce.args ?? []);
  const link = pick(value, 'SubLink');
  const inner = link?.subLinkType === 'EXPR_SUBLINK' ? pick(link.subselect, 'SelectStmt') : undefined;
  if (inner) {
    const first = selectColumns(scope, inner)[0];
    return first ? typeOfColumn(first) : unknown;
  }
  if (link || pick(value, 'BoolExpr') || pick(value, 'NullTest') || pick(value, 'BooleanTest')) {
    return { type: builtIn('bool') };
  }
  const operation = pick(value, 'A_Expr');
  if (operation)
    return operatorType(scope, strings(operation.name).at(-1) ?? '', [operation.lexpr, operation.rexpr]);
  const current = pick(value, 'SQLValueFunction')?.op;
  if (current === 'SVFOP_CURRENT_DATE') return { type: builtIn('date') };
  if (current === 'SVFOP_CURRENT_TIMESTAMP') return { type: builtIn('timestamptz') };
  return unknown;
}

function referencedType(scope: Scope, parts: readonly string[]): QueryType | undefined {
  const name = parts.at(-1);
  const alias = parts.at(-2);
  for (const source of scope.sources) {
    if (alias !== undefined && source.alias !== alias) continue;
    const found = source.columns.find((one) => one.name === name);
    if (found) return typeOfColumn(found);
  }
  return undefined;
}

function constantType(constant: {
  ival?: unknown;
  fval?: unknown;
  boolval?: unknown;
  bsval?: unknown;
}): string {
  if (constant.ival) return 'int4';
  if (constant.fval) return 'numeric';
  if (constant.boolval) return 'bool';
  return constant.bsval ? 'bit' : 'text';
}

function firstKnown(scope: Scope, values: readonly (Node | undefined)[]): TypedDraft {
  const types = values.map((value) => typeOf(scope, value));
  return types.find(({ type }) => type !== undeterminedType) ?? { type: undeterminedType };
}

const comparisons = new Set([
  '=',
  '<>',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  '~~',
  '!~~',
  '~',
  '~*',
  '!~',
  '@>',
  '<@',
  '&&',
]);

function operatorType(scope: Scope, operator: string, operands: readonly (Node | undefined)[]): TypedDraft {
  if (comparisons.has(operator)) return { type: builtIn('bool') };
  const [left, right] = operands.map((operand) => typeOf(scope, operand));
  if (!left || !right) return left ?? right ?? { type: undeterminedType };
  return left.type.sql === right.type.sql
    ? { type: { ...left.type }, draft: left.draft }
    : { type: undeterminedType };
}

const functionTypes: Readonly<Partial<Record<string, string>>> = {
  count: 'int8',
  row_number: 'int8',
  rank: 'int8',
  dense_rank: 'int8',
  nextval: 'int8',
  length: 'int4',
  char_length: 'int4',
  now: 'timestamptz',
  clock_timestamp: 'timestamptz',
  lower: 'text',
  upper: 'text',
  concat: 'text',
  string_agg: 'text',
  replace: 'text',
  substr: 'text',
  substring: 'text',
  md5: 'text',
  random: 'float8',
  to_tsvector: 'tsvector',
  gen_random_uuid: 'uuid',
  jsonb_agg: 'jsonb',
  jsonb_build_object: 'jsonb',
  json_agg: 'json',
  bool_or: 'bool',
  bool_and: 'bool',
};

const sameAsArgument = new Set(['min', 'max', 'first_value', 'last_value', 'lag', 'lead', 'abs']);

function functionType(scope: Scope, parts: readonly string[], arguments_: readonly Node[]): TypedDraft {
  const name = parts.at(-1) ?? '';
  const fixed = functionTypes[name];
  if (fixed !== undefined) return { type: builtIn(fixed) };
  if (sameAsArgument.has(name)) return typeOf(scope, arguments_[0]);
  if (name !== 'sum') return { type: undeterminedType };
  const argument = typeOf(scope, arguments_[0]).type.name;
  const sums: Readonly<Partial<Record<string, string>>> = { int2: 'int8', int4: 'int8', int8: 'numeric' };
  return argument === 'unknown' ? { type: undeterminedType } : { type: builtIn(sums[argument] ?? argument) };
}
