import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { verbatimObjects } from './verbatim-object.ts';
import { nameOf } from './wording.ts';

/** Index on an operator or operator class of this database. */
export const indexOperatorNotPropagated: Rule = {
  id: 'index-operator-not-propagated',
  title: 'Index on an operator or operator class of this database',
  effect: 'refused',
  severity: 'error',
  explain:
    'Citus does not create operators and operator classes on the workers, and refuses a table whose indexes need one, even when it has been created there by hand. Those of extensions are fine.',
  *check(subject) {
    const objects = verbatimObjects(subject.catalog);
    const classes = objects.filter(({ kind }) => kind === 'operator class');
    const operators = objects.filter(({ kind }) => kind === 'operator');
    if (classes.length === 0 && operators.length === 0) return;
    for (const table of subject.catalog.tables) {
      if (subject.decisionOf(table).kind === 'local' || table.partitionOf !== undefined) continue;
      for (const index of table.indexes) {
        const operatorClass = classes.find(({ name }) =>
          index.keys.some((key) => key.operatorClass?.split('.').at(-1) === name),
        );
        const text = [index.predicate, ...index.keys.map((key) => key.expression)].join(' ');
        const operator = operators.find(({ name }) => operatorsIn(text).includes(name));
        const needed =
          operatorClass === undefined
            ? operator && `operator ${operator.name}(${argumentTypes(operator.sql)})`
            : `operator class ${operatorClass.name} for access method ${index.method}`;
        if (needed === undefined) continue;
        yield {
          table: nameOf(table),
          object: index.name,
          message: `Index ${index.name} of ${displayName(table)} needs the ${needed}.`,
          consequence: 'Citus refuses the table.',
          remedy: `DROP INDEX ${displayName({ schema: table.schema, name: index.name })}; or put the ${operatorClass === undefined ? 'operator' : 'operator class'} into an extension.`,
          automatic: false,
          citusMessage: `"table ${displayName(table)}" has dependency on unsupported object "${needed}"`,
          line: index.definition.line,
        };
      }
    }
  },
};

function operatorsIn(expression: string): readonly string[] {
  return expression.replaceAll(/'(?:[^']|'')*'/g, "''").match(/[+\-*/<>=~!@#%^&|`?]+/g) ?? [];
}

/** The argument types of CREATE OPERATOR, as pg_dump writes them. */
function argumentTypes(sql: string): string {
  const side = (name: string): string =>
    new RegExp(`\\b${name}\\s*=\\s*([^,()]+)`, 'i').exec(sql)?.[1]?.trim() ?? 'none';
  return `${side('leftarg')},${side('rightarg')}`;
}
