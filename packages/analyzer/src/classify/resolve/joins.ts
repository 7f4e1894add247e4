import type { JoinExpr, Node } from '@shardwright/sql';
import type { Expression, FromNode, JoinType } from '../query-tree.ts';
import { bareColumns, namesIn, type ResolvedItem } from './entries.ts';
import { type NamespaceItem, ResolveProblem, type Scope } from './scope.ts';

const joinTypes: Readonly<Record<string, JoinType>> = {
  JOIN_INNER: 'inner',
  JOIN_LEFT: 'left',
  JOIN_RIGHT: 'right',
  JOIN_FULL: 'full',
};

/** Resolves one side of a join; `visible` is what a LATERAL item may see. */
type ResolveItem = (node: Node, scope: Scope, visible: NamespaceItem[]) => ResolvedItem;

/** Resolves a join: USING and NATURAL merge columns, an alias hides the sides' names. */
export function resolveJoin(
  join: JoinExpr,
  scope: Scope,
  visible: NamespaceItem[],
  resolveItem: ResolveItem,
): ResolvedItem {
  if (!join.larg || !join.rarg) throw new ResolveProblem('join without two sides');
  const left = resolveItem(join.larg, scope, visible);
  const right = resolveItem(join.rarg, scope, [...visible, ...left.items]);
  const type = joinTypes[join.jointype ?? 'JOIN_INNER'] ?? 'inner';
  const node: FromNode = {
    kind: 'join',
    type,
    left: left.node,
    right: right.node,
    on: undefined,
    mergedColumns: false,
  };
  let items = [...left.items, ...right.items];
  const leftColumns = bareColumns(left.items);
  const rightColumns = bareColumns(right.items);
  const using = join.isNatural
    ? leftColumns
        .map((column) => column.name)
        .filter((name) => rightColumns.some((column) => column.name === name))
    : namesIn(join.usingClause);
  if (using.length > 0) {
    const merged = using.map((name) => {
      const leftColumn = leftColumns.find((column) => column.name === name)?.expression;
      const rightColumn = rightColumns.find((column) => column.name === name)?.expression;
      if (!leftColumn || !rightColumn) throw new ResolveProblem(`column ${name} in USING does not exist`);
      return { name, leftColumn, rightColumn };
    });
    node.on = equalities(merged);
    node.mergedColumns =
      join.alias === undefined &&
      (type === 'full' || merged.some((pair) => pair.leftColumn.type !== pair.rightColumn.type));
    const rest = [...leftColumns, ...rightColumns].filter((column) => !using.includes(column.name));
    const mergedItem: NamespaceItem = {
      name: undefined,
      columns: [
        ...merged.map((pair) => ({ name: pair.name, expression: mergedColumn(type, pair) })),
        ...rest,
      ],
      unqualified: true,
      entry: undefined,
      open: false,
    };
    items = [mergedItem, ...items.map((item) => ({ ...item, unqualified: false }))];
  } else if (join.quals) {
    node.on = scope.resolver.expression(join.quals, { ...scope, items: [...visible, ...items] });
  }
  if (join.alias) {
    const columns = bareColumns(items);
    const aliases = namesIn(join.alias.colnames);
    const aliased = columns.map((column, index) => ({ ...column, name: aliases[index] ?? column.name }));
    items = [
      { name: join.alias.aliasname, columns: aliased, unqualified: true, entry: undefined, open: false },
    ];
  }
  return { node, items };
}
interface MergedPair {
  readonly name: string;
  readonly leftColumn: Expression;
  readonly rightColumn: Expression;
}

function equalities(pairs: readonly MergedPair[]): Expression | undefined {
  const parts = pairs.map(
    (pair): Expression => ({
      kind: 'operator',
      name: '=',
      args: [pair.leftColumn, pair.rightColumn],
      type: 'bool',
      volatility: 'immutable',
    }),
  );
  const [first] = parts;
  return parts.length > 1 ? { kind: 'and', args: parts, type: 'bool' } : first;
}

function mergedColumn(type: JoinType, pair: MergedPair): Expression {
  if (type === 'full') {
    return { kind: 'coalesce', args: [pair.leftColumn, pair.rightColumn], type: pair.leftColumn.type };
  }
  return type === 'right' ? pair.rightColumn : pair.leftColumn;
}
