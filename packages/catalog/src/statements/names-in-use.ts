import type { ConstraintDraft, SchemaDraft, TableDraft } from './draft.ts';
import { chooseName, joinColumnNames } from './naming.ts';
import { duplicateObject } from './problem.ts';

/** A free name for an index, sequence or constraint's index in a schema, as the server chooses it. */
export function chooseRelationName(
  schema: SchemaDraft,
  parts: { name1: string; name2?: string | undefined; label: string },
  isConstraint: boolean,
): string {
  return chooseName(
    parts,
    (name) => schema.relations.has(name) || (isConstraint && schema.constraintNames.has(name)),
  );
}

/** A free name for a constraint without an index: a check or a foreign key. */
export function chooseConstraintName(
  table: TableDraft,
  columns: readonly string[],
  label: 'check' | 'fkey' | 'not_null',
): string {
  const name2 = columns.length === 0 ? undefined : joinColumnNames(columns);
  return chooseName({ name1: table.name, name2, label }, (name) => table.schema.constraintNames.has(name));
}

/** Adds a constraint to its table; its name must be new there. */
export function addConstraintDraft(constraint: ConstraintDraft): void {
  const { table, name } = constraint;
  if (table.constraints.some((other) => other.name === name)) {
    duplicateObject(`constraint "${name}" for relation "${table.name}" already exists`);
  }
  table.constraints.push(constraint);
  countName(table.schema, name, 1);
}

/** Takes a constraint off its table. */
export function removeConstraintDraft(constraint: ConstraintDraft): void {
  const { table } = constraint;
  table.constraints = table.constraints.filter((other) => other !== constraint);
  countName(table.schema, constraint.name, -1);
  constraint.parent?.children.delete(constraint);
  for (const child of constraint.children) child.parent = undefined;
}

/** Gives a constraint another name. */
export function renameConstraintDraft(constraint: ConstraintDraft, name: string): void {
  countName(constraint.table.schema, constraint.name, -1);
  constraint.name = name;
  countName(constraint.table.schema, name, 1);
}

/** Keeps the count of constraint names in a schema. */
export function countName(schema: SchemaDraft, name: string, change: 1 | -1): void {
  const count = (schema.constraintNames.get(name) ?? 0) + change;
  if (count > 0) schema.constraintNames.set(name, count);
  else schema.constraintNames.delete(name);
}
