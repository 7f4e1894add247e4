import type { Decision } from '@shardwright/analyzer';
import type { Catalog, Routine, Trigger } from '@shardwright/catalog';
import {
  displayName,
  nameKey,
  type QualifiedName,
  quoteIdentifier,
  quoteQualifiedName,
} from '@shardwright/core';
import { createIndex } from '../ddl/index-statement.ts';
import { createView, type ViewSurroundings, viewSurroundings } from '../ddl/view-statement.ts';
import type { Change } from '../model/change.ts';
import { nameOf } from '../model/name-of.ts';
import type { LeftOut, Step } from '../model/plan.ts';
import { decisionsByName, type TargetTable } from '../target/target-database.ts';
import { isOverRelations, relationNames } from './definition-steps.ts';
import { routineStep } from './foundation.ts';
import { step } from './step.ts';
import { placeOf } from './verbatim-steps.ts';

/** Views, programs and policies, as far as Citus runs them; what it would refuse or run wrongly is left out and told. */
export function behaviourSteps(
  catalog: Catalog,
  tables: readonly TargetTable[],
): {
  readonly steps: readonly Step[];
  readonly leftOut: readonly LeftOut[];
  readonly changes: readonly Change[];
} {
  const decided = decisionsByName(tables);
  const decisionOf = (name: QualifiedName): Decision => decided(name) ?? { kind: 'local' };
  const leftOut: LeftOut[] = [];
  const changes: Change[] = [];
  const steps = [
    ...replicaIdentitySteps(tables),
    ...programSteps(catalog, viewSurroundings(catalog, tables), changes),
    ...triggerSteps(catalog, decisionOf, leftOut),
    ...ruleSteps(catalog, decisionOf, leftOut),
    ...rowSecuritySteps(tables),
    ...policySteps(catalog, decisionOf, leftOut),
    ...publicationSteps(catalog, decisionOf, leftOut),
  ];
  return { steps, leftOut, changes };
}

/** Views and functions over rows, in the source's order: each may use the other. */
function programSteps(catalog: Catalog, surroundings: ViewSurroundings, changes: Change[]): readonly Step[] {
  const relations = relationNames(catalog);
  const views = catalog.views.map((view) => {
    const name = quoteQualifiedName(view);
    const words = view.kind === 'materialized' ? 'MATERIALIZED VIEW' : 'VIEW';
    const create = createView(view, surroundings);
    if (create !== view.definition.sql) {
      changes.push({
        table: nameOf(view),
        object: view.name,
        kind: 'object-changed',
        what: `${displayName(view)} is written otherwise`,
        why: 'it gives what it gave, over tables that gained a column or a wider key',
      });
    }
    return {
      place: placeOf(view),
      step: step('programs', name, {
        title: `${words.toLowerCase()} ${displayName(view)}`,
        apply: [create, ...view.indexes.map((index) => createIndex(index, undefined))],
        undo: [`DROP ${words} ${name}`],
        hazards:
          view.kind === 'materialized'
            ? [`${displayName(view)} lives on the coordinator only; REFRESH reads all shards.`]
            : [],
      }),
    };
  });
  const routines = catalog.routines
    .filter((routine) => isOverRelations(routine, relations))
    .map((routine) => ({ place: placeOf(routine), step: routineStep(routine, 'programs') }));
  return [...views, ...routines].sort((a, b) => a.place - b.place).map((one) => one.step);
}

/** How rows are told to subscribers and to moves of shards, once the indexes are there that may tell it. */
function replicaIdentitySteps(tables: readonly TargetTable[]): readonly Step[] {
  return tables.flatMap(({ table }) => {
    const { replicaIdentity: identity } = table;
    if (identity === 'default') return [];
    const name = quoteQualifiedName(table);
    const words =
      typeof identity === 'string'
        ? identity.toUpperCase()
        : `USING INDEX ${quoteIdentifier(identity.index)}`;
    return [
      step('programs', `replica identity of ${name}`, {
        title: `replica identity of ${displayName(table)}`,
        apply: [`ALTER TABLE ${name} REPLICA IDENTITY ${words}`],
        undo: [`ALTER TABLE ${name} REPLICA IDENTITY DEFAULT`],
        hazards:
          identity === 'nothing'
            ? [
                `Without a replica identity, shards of ${displayName(table)} can be moved only while nobody writes to them.`,
              ]
            : [],
      }),
    ];
  });
}

function triggerSteps(
  catalog: Catalog,
  decisionOf: (name: QualifiedName) => Decision,
  leftOut: LeftOut[],
): readonly Step[] {
  const routines = new Map(catalog.routines.map((routine) => [nameKey(routine), routine]));
  const tables = relationNames(catalog);
  const views = new Set(catalog.views.map(nameKey));
  return catalog.triggers.flatMap((trigger) => {
    const subject = `${quoteIdentifier(trigger.name)} ON ${quoteQualifiedName(trigger.table)}`;
    const isSpread = decisionOf(trigger.table).kind !== 'local';
    const apply = [trigger.definition.sql, ...enabling(trigger)];
    const undo = [`DROP TRIGGER ${subject}`];
    const title = `trigger ${trigger.name} on ${displayName(trigger.table)}`;
    if (!isSpread || views.has(nameKey(trigger.table)))
      return [step('programs', subject, { title, apply, undo })];
    const obstacle = triggerObstacle(trigger, routines.get(nameKey(trigger.function)), tables);
    if (obstacle === undefined) {
      return [
        step('programs', subject, {
          title,
          apply: withUnsafeTriggers(apply),
          undo: withUnsafeTriggers(undo),
          hazards: [
            `${trigger.name} runs in each shard, on the node that holds it; it sees and changes only its own row.`,
          ],
        }),
      ];
    }
    leftOut.push({
      object: title,
      why: obstacle,
      instead: `Do its work in the application, in the transaction that writes ${displayName(trigger.table)}.`,
    });
    return [];
  });
}

/** Citus wants to be told that a trigger touches its own row only, to make it and to drop it. */
function withUnsafeTriggers(statements: readonly string[]): readonly string[] {
  return ['SET citus.enable_unsafe_triggers = on', ...statements, 'RESET citus.enable_unsafe_triggers'];
}

/** Why a trigger cannot run inside shards; `undefined` when it touches nothing but its own row. */
function triggerObstacle(
  trigger: Trigger,
  routine: Routine | undefined,
  relations: ReadonlySet<string>,
): string | undefined {
  if (trigger.level === 'statement') return 'a statement runs once for each shard, and so would it';
  if (trigger.isConstraint) return 'constraint triggers look at other rows, which may live in other shards';
  if (trigger.timing === 'after') return 'after the row is written it can only act on other rows';
  const text = routine?.definition.sql ?? '';
  const read = text.matchAll(
    /\b(?:from|join|into|update)\s+(?:only\s+)?(?:"?[\w$]+"?\s*\.\s*)?"?([\w$]+)"?/gi,
  );
  for (const [, name = ''] of read) {
    if (relations.has(name)) return `its function reads or writes ${name}, which a shard cannot reach`;
  }
  return undefined;
}

function enabling(trigger: Trigger): readonly string[] {
  const words = {
    origin: undefined,
    always: 'ENABLE ALWAYS',
    replica: 'ENABLE REPLICA',
    disabled: 'DISABLE',
  };
  const word = words[trigger.enabled];
  if (word === undefined) return [];
  return [
    `ALTER TABLE ${quoteQualifiedName(trigger.table)} ${word} TRIGGER ${quoteIdentifier(trigger.name)}`,
  ];
}

function ruleSteps(
  catalog: Catalog,
  decisionOf: (name: QualifiedName) => Decision,
  leftOut: LeftOut[],
): readonly Step[] {
  return catalog.rules.flatMap((rule) => {
    const subject = `${quoteIdentifier(rule.name)} ON ${quoteQualifiedName(rule.table)}`;
    const title = `rule ${rule.name} on ${displayName(rule.table)}`;
    if (decisionOf(rule.table).kind === 'local') {
      return [
        step('programs', subject, { title, apply: [rule.definition.sql], undo: [`DROP RULE ${subject}`] }),
      ];
    }
    leftOut.push({
      object: title,
      why: 'Citus accepts rewrite rules on such tables and then does not run them',
      instead: 'Put what it does into the statements that the application sends.',
    });
    return [];
  });
}

function rowSecuritySteps(tables: readonly TargetTable[]): readonly Step[] {
  return tables.flatMap(({ table }) => {
    if (table.rowSecurity === 'off') return [];
    const name = quoteQualifiedName(table);
    const forced = table.rowSecurity === 'forced';
    return [
      step('policies', `row security of ${name}`, {
        title: `row security of ${displayName(table)}`,
        apply: [
          `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`,
          ...(forced ? [`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`] : []),
        ],
        undo: [
          ...(forced ? [`ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY`] : []),
          `ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`,
        ],
      }),
    ];
  });
}

function policySteps(
  catalog: Catalog,
  decisionOf: (name: QualifiedName) => Decision,
  leftOut: LeftOut[],
): readonly Step[] {
  return catalog.policies.flatMap((policy) => {
    const subject = `${quoteIdentifier(policy.name)} ON ${quoteQualifiedName(policy.table)}`;
    const title = `policy ${policy.name} on ${displayName(policy.table)}`;
    if (decisionOf(policy.table).kind !== 'local' && policy.hasSubquery) {
      leftOut.push({
        object: title,
        why: 'Citus refuses policies with subqueries on such tables',
        instead:
          'Row security stays on, so that without it no row is shown; compare a column with a setting that the application sets in each transaction.',
      });
      return [];
    }
    return [
      step('policies', subject, { title, apply: [policy.definition.sql], undo: [`DROP POLICY ${subject}`] }),
    ];
  });
}

function publicationSteps(
  catalog: Catalog,
  decisionOf: (name: QualifiedName) => Decision,
  leftOut: LeftOut[],
): readonly Step[] {
  return catalog.publications.flatMap((publication) => {
    const name = quoteIdentifier(publication.name);
    const isSpread =
      publication.allTables || publication.tables.some((table) => decisionOf(table).kind !== 'local');
    if (!isSpread) {
      return [
        step('programs', `publication ${name}`, {
          title: `publication ${publication.name}`,
          apply: [publication.definition.sql],
          undo: [`DROP PUBLICATION ${name}`],
        }),
      ];
    }
    leftOut.push({
      object: `publication ${publication.name}`,
      why: 'on the coordinator it would publish tables that hold no rows there',
      instead: 'Subscribe to each worker with citus.enable_change_data_capture.',
    });
    return [];
  });
}
