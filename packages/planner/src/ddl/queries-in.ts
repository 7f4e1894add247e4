import { type Node, type NodeOf, pick, walk } from '@shardwright/sql';

/** Every query of a statement, the sides of a UNION too, which hang there without their kind. */
export function selectsIn(tree: Node): readonly NodeOf<'SelectStmt'>[] {
  const found = new Set<NodeOf<'SelectStmt'>>();
  const add = (select: NodeOf<'SelectStmt'>): void => {
    found.add(select);
    for (const side of [select.larg, select.rarg]) if (side) add(side);
  };
  walk(tree, (kind, inside) => {
    if (kind === 'SelectStmt') add(inside as NodeOf<'SelectStmt'>);
    return true;
  });
  return [...found];
}

/** A table or view in FROM, joins looked into. */
export interface RelationInQuery {
  readonly schema?: string;
  readonly name: string;
  readonly alias: string;
}

/** What FROM names, in order. */
export function relationsIn(from: readonly Node[] | undefined): readonly RelationInQuery[] {
  return (from ?? []).flatMap((item): readonly RelationInQuery[] => {
    const join = pick(item, 'JoinExpr');
    if (join) return relationsIn([join.larg, join.rarg].filter((side) => side !== undefined));
    const range = pick(item, 'RangeVar');
    if (!range?.relname) return [];
    const { relname: name, schemaname: schema } = range;
    return [{ ...(schema === undefined ? {} : { schema }), name, alias: range.alias?.aliasname ?? name }];
  });
}
