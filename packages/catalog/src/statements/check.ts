import type { Constraint, Node } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import type { CheckDraft, TableDraft } from './draft.ts';
import { columnsOf } from './expression.ts';
import { addConstraintDraft, chooseConstraintName } from './names-in-use.ts';

/** Adds a check to a table and hands it down. */
export function addCheck(
  table: TableDraft,
  constraint: Constraint,
  context: { readonly definition: Definition; readonly only: boolean },
): void {
  const expression = constraint.raw_expr;
  if (expression === undefined) return;
  const columns = columnsOf(expression).filter((name) =>
    table.columns.some((column) => column.name === name),
  );
  // One column lends its name, several lend none.
  const name =
    constraint.conname ?? chooseConstraintName(table, columns.length === 1 ? columns : [], 'check');
  // Declared again beside the parent's: one constraint, as the server merges them.
  const inherited = table.constraints.find((other) => other.name === name);
  if (inherited?.kind === 'check' && inherited.parent) return;
  const parent = addCheckDraft(table, undefined, {
    name,
    expression,
    definition: context.definition,
    notValid: constraint.skip_validation ?? false,
    noInherit: constraint.is_no_inherit ?? false,
  });
  if (!context.only) inheritCheck(parent);
}

/** The values of a check that a child takes over. */
export interface CheckValues {
  readonly name: string;
  readonly expression: Node;
  readonly definition: Definition;
  readonly notValid: boolean;
  readonly noInherit: boolean;
}

/** Puts a check on a table. */
export function addCheckDraft(
  table: TableDraft,
  parent: CheckDraft | undefined,
  values: CheckValues,
): CheckDraft {
  const { name, expression, definition, notValid, noInherit } = values;
  const draft: CheckDraft = {
    kind: 'check',
    table,
    parent,
    children: new Set(),
    name,
    expression,
    definition,
    notValid,
    noInherit,
  };
  addConstraintDraft(draft);
  parent?.children.add(draft);
  return draft;
}

/** Hands a check down to partitions and heirs; one of the same name there is merged with it. */
function inheritCheck(check: CheckDraft): void {
  if (check.noInherit) return;
  for (const child of [...check.table.partitions, ...check.table.inheritors]) inheritCheckInto(check, child);
}

/** Hands a check down to one child. */
export function inheritCheckInto(check: CheckDraft, child: TableDraft): void {
  if (check.noInherit) return;
  const existing = child.constraints.find((constraint) => constraint.name === check.name);
  if (existing?.kind === 'check') {
    existing.parent = check;
    check.children.add(existing);
    return;
  }
  inheritCheck(addCheckDraft(child, check, check));
}
