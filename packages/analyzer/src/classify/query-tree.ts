/**
 * A query after name resolution, close to PostgreSQL's own Query: Citus decides over that shape, so its rules
 * read best on it. Expressions are never changed in place; queries are, on private copies (`copyQuery`), because
 * recursive planning replaces parts of a query and looks at the rest again.
 */
export interface Query {
  command: 'select' | 'insert' | 'update' | 'delete' | 'merge';
  ctes: CommonTable[];
  hasRecursive: boolean;
  rtable: RangeEntry[];
  from: FromNode[];
  where: Expression | undefined;
  targets: Target[];
  groupBy: Expression[];
  groupingSets: boolean;
  having: Expression | undefined;
  windows: WindowClause[];
  distinct: Expression[] | undefined;
  sort: Expression[];
  limit: Expression | undefined;
  offset: Expression | undefined;
  setOperation: SetOperation | undefined;
  rowMarks: boolean;
  /** Index into `rtable` of the table that is changed. */
  result: number | undefined;
  returning: Target[];
  onConflict: OnConflict | undefined;
  mergeActions: MergeAction[];
}

/** A WITH item. */
export interface CommonTable {
  name: string;
  columns: string[];
  query: Query;
  materialized: 'default' | 'always' | 'never';
  recursive: boolean;
  searchClause: boolean;
}

/** What a FROM item refers to. */
export type RangeEntry = RelationEntry | SubqueryEntry | FunctionEntry | ValuesEntry | CteEntry | ResultEntry;

interface EntryBase {
  alias: string;
  /** Output columns in order; a variable's `column` is 1-based into it. */
  columns: string[];
  columnTypes: (string | undefined)[];
  lateral: boolean;
}

export interface RelationEntry extends EntryBase {
  kind: 'relation';
  /** Key of the table in the context. */
  table: string;
  /** Tells this occurrence of the table from all others, over all copies of the query. */
  id: number;
}

export interface SubqueryEntry extends EntryBase {
  kind: 'subquery';
  query: Query;
  /** The table that stood here before its rows were read by a subplan. */
  readBefore?: string;
}

export interface FunctionEntry extends EntryBase {
  kind: 'function';
  functions: Expression[];
  ordinality: boolean;
  /** The rows of a subplan that ran before. */
  intermediateResult: boolean;
}

interface ValuesEntry extends EntryBase {
  kind: 'values';
  rows: Expression[][];
}

export interface CteEntry extends EntryBase {
  kind: 'cte';
  name: string;
  levelsUp: number;
}

/** An empty FROM: one row without columns. */
interface ResultEntry extends EntryBase {
  kind: 'result';
  /** A subquery stood here whose parts are now the query's own. */
  mergedSubquery?: boolean;
}

/** A node of the join tree. */
export type FromNode =
  | { kind: 'entry'; entry: number }
  | JoinNode
  | { kind: 'from'; items: FromNode[]; where: Expression | undefined };

export interface JoinNode {
  kind: 'join';
  type: JoinType;
  left: FromNode;
  right: FromNode;
  on: Expression | undefined;
  /** A USING join whose merged column is neither side's column: Citus cannot write such an UPDATE back. */
  mergedColumns: boolean;
}

export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti';

/** An output column. */
export interface Target {
  name: string;
  expression: Expression;
  /** The target table's column (1-based) in INSERT, UPDATE and MERGE. */
  column?: number;
}

interface WindowClause {
  partition: Expression[];
  order: Expression[];
}

/** UNION, INTERSECT, EXCEPT over subqueries in `rtable`. */
export type SetOperation =
  | { kind: 'leaf'; entry: number }
  | {
      kind: 'operation';
      operator: 'union' | 'intersect' | 'except';
      all: boolean;
      left: SetOperation;
      right: SetOperation;
    };

interface OnConflict {
  set: Target[];
  arbiterWhere: Expression | undefined;
  where: Expression | undefined;
}

interface MergeAction {
  matched: boolean;
  command: 'insert' | 'update' | 'delete' | 'nothing';
  condition: Expression | undefined;
  targets: Target[];
}

/** A scalar expression. `args` holds every child that is an expression. */
export type Expression =
  | Variable
  | Constant
  | (ExpressionBase & { readonly kind: 'parameter'; readonly number: number })
  | Operator
  | (ExpressionBase & { readonly kind: 'any-array' | 'all-array'; readonly operator: string })
  | (ExpressionBase & { readonly kind: 'and' | 'or' | 'not' })
  | Call
  | Aggregate
  | (ExpressionBase & { readonly kind: 'window'; readonly name: string; readonly window: number })
  | SubLink
  | (ExpressionBase & { readonly kind: 'cast'; readonly stable: boolean })
  | (ExpressionBase & { readonly kind: 'is-null' | 'is-not-null' })
  | (ExpressionBase & { readonly kind: 'field'; readonly name: string })
  | (ExpressionBase & {
      readonly kind:
        | 'coalesce'
        | 'case'
        | 'greatest'
        | 'row'
        | 'array'
        | 'boolean-test'
        | 'grouping'
        | 'other';
    });

interface ExpressionBase {
  readonly args: readonly Expression[];
  /** PostgreSQL's internal type name, where it is known. */
  readonly type?: string | undefined;
}

/** A column of a FROM item, `level` queries further out. Column 0 is the whole row. */
export interface Variable extends ExpressionBase {
  readonly kind: 'variable';
  readonly entry: number;
  readonly column: number;
  readonly level: number;
}

/** A constant. `value` is its text, null for NULL, undefined when it is constant but was not computed here. */
export interface Constant extends ExpressionBase {
  readonly kind: 'constant';
  readonly value: string | null | undefined;
}

interface Operator extends ExpressionBase {
  readonly kind: 'operator';
  readonly name: string;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
}

interface Call extends ExpressionBase {
  readonly kind: 'call';
  readonly name: string;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly returnsSet: boolean;
  readonly strict: boolean;
}

export interface Aggregate extends ExpressionBase {
  readonly kind: 'aggregate';
  readonly name: string;
  readonly distinct: boolean;
  readonly ordered: boolean;
  readonly level: number;
  /** Not one of PostgreSQL's own. */
  readonly custom: boolean;
}

export interface SubLink extends ExpressionBase {
  readonly kind: 'sublink';
  readonly link: 'exists' | 'any' | 'all' | 'scalar' | 'array';
  readonly operator: string;
  readonly query: Query;
}
