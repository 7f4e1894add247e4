import type { Routine } from '@shardwright/catalog';
import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { dropConstraint, nameOf } from './wording.ts';

/** CHECK that reads tables through a function. */
export const checkReadsTables: Rule = {
  id: 'check-reads-tables',
  title: 'CHECK that reads tables through a function',
  effect: 'silent',
  severity: 'error',
  explain:
    'Shards check their rows on the workers, where a function cannot query distributed or reference tables ("cannot execute a distributed query from a query on a shard") and local tables do not exist. The constraint is accepted, and every INSERT fails. ' +
    'Functions are found by the tables that their text names after FROM, JOIN, INTO or UPDATE.',
  *check(subject) {
    const { catalog } = subject;
    const names = new Set(catalog.tables.map((table) => table.name));
    const routines = groupByName(catalog.routines);
    for (const table of catalog.tables) {
      if (subject.decisionOf(table).kind === 'local' || table.partitionOf !== undefined) continue;
      for (const constraint of table.constraints) {
        if (constraint.kind !== 'check') continue;
        for (const [, called = ''] of constraint.expression.matchAll(/"?([\w$]+)"?\s*\(/g)) {
          const routine = routines
            .get(called)
            ?.find((one) => tableRead(one.definition.sql, names) !== undefined);
          const read = routine && tableRead(routine.definition.sql, names);
          if (routine === undefined || read === undefined) continue;
          yield {
            table: nameOf(table),
            object: constraint.name,
            message: `CHECK ${constraint.name} of ${displayName(table)} calls ${displayName(routine)}(), which reads ${read}.`,
            consequence:
              'Citus accepts it, but INSERT and UPDATE fail: cannot execute a distributed query from a query on a shard.',
            remedy: `${dropConstraint(table, constraint.name)} a foreign key can often say the same; else check in the application.`,
            automatic: false,
            line: constraint.definition.line,
          };
          break;
        }
      }
    }
  },
};

function groupByName(routines: readonly Routine[]): ReadonlyMap<string, readonly Routine[]> {
  const groups = new Map<string, Routine[]>();
  for (const routine of routines) groups.set(routine.name, [...(groups.get(routine.name) ?? []), routine]);
  return groups;
}

/** The first table that a function's text names where a table must stand. */
function tableRead(sql: string, tables: ReadonlySet<string>): string | undefined {
  const mentions = sql.matchAll(
    /\b(?:from|join|into|update)\s+(?:only\s+)?(?:"?[\w$]+"?\s*\.\s*)?"?([\w$]+)"?/gi,
  );
  for (const [, name = ''] of mentions) if (tables.has(name)) return name;
  return undefined;
}
