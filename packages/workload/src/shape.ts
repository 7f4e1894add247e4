import { createHash } from 'node:crypto';
import { type Node, nodeKind, pick, walk } from '@shardwright/sql';
import { isSystemCatalog } from './system-catalog.ts';

/** What a statement is to a workload. */
export interface StatementShape {
  /** `other`: not a query of the application (SET, BEGIN, DDL, COPY, questions to the system catalogs, …). */
  readonly kind: 'query' | 'other';
  /** Ends the fingerprint where libpg_query's ignores what decides where a query runs; mostly empty. */
  readonly suffix: string;
}

const queryNodes = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** Looks at what the fingerprint leaves out: schemas, `= $1` against `IN ($1, $2)`, one row against several. */
export function shapeOf(tree: Node): StatementShape {
  if (!queryNodes.has(nodeKind(tree)) || pick(tree, 'SelectStmt')?.intoClause !== undefined) {
    return { kind: 'other', suffix: '' };
  }
  const marks: string[] = [];
  const relations: { readonly schema: string; readonly name: string }[] = [];
  const commonTables = new Set<string>();
  let comparisons = 0;
  const note = (range: unknown): void => {
    if (typeof range !== 'object' || range === null) return;
    const { schemaname, relname } = range as { schemaname?: string; relname?: string };
    if (relname === undefined) return;
    relations.push({ schema: schemaname ?? '', name: relname });
    if (schemaname !== undefined) marks.push(`schema ${schemaname}`);
  };
  walk(tree, (kind, inside) => {
    if (kind === 'RangeVar') note(inside);
    // The target of a statement is a RangeVar without its kind.
    if (queryNodes.has(kind)) note(inside.relation);
    if (kind === 'CommonTableExpr' && typeof inside.ctename === 'string') commonTables.add(inside.ctename);
    if (kind === 'A_Expr') {
      comparisons++;
      if (comparesWithSeveral(inside)) marks.push(`list ${comparisons}`);
    }
    if (kind === 'SelectStmt' && Array.isArray(inside.valuesLists) && inside.valuesLists.length > 1) {
      marks.push('rows');
    }
    return true;
  });
  const tables = relations.filter(({ schema, name }) => schema !== '' || !commonTables.has(name));
  return {
    kind: tables.length > 0 && tables.every(isSystemCatalog) ? 'other' : 'query',
    suffix:
      marks.length === 0 ? '' : `-${createHash('sha256').update(marks.join('\n')).digest('hex').slice(0, 8)}`,
  };
}

/** `IN` of more than one value, `= ANY (…)`; `IN ($1)` is the same as `= $1`, to the server too. */
function comparesWithSeveral(expression: Record<string, unknown>): boolean {
  if (expression.kind === 'AEXPR_OP_ANY' || expression.kind === 'AEXPR_OP_ALL') return true;
  if (expression.kind !== 'AEXPR_IN') return false;
  const items = pick(expression.rexpr as Node | undefined, 'List')?.items;
  return (items?.length ?? 0) > 1;
}

/** The query that a cursor or a prepared statement stands for. */
export function innerQuery(tree: Node): Node | undefined {
  return pick(tree, 'DeclareCursorStmt')?.query ?? pick(tree, 'PrepareStmt')?.query;
}
