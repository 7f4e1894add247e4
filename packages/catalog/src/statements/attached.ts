import {
  type AlterPolicyStmt,
  type CreatePolicyStmt,
  type CreateTrigStmt,
  type Node,
  pickAll,
  type RuleStmt,
  sqlText,
  strings,
} from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import type { Policy, Rule, Trigger } from '../model/objects.ts';
import { type Database, printName, rangeName, writtenName } from './database.ts';
import type { PolicyDraft, TriggerDraft } from './draft.ts';
import { hasSubquery } from './expression.ts';
import { duplicateObject, unknownObject } from './problem.ts';
import { roleName } from './role.ts';

// Bits of CreateTrigStmt.timing and .events (TRIGGER_TYPE_* of the server).
const triggerBits = { before: 2, insert: 4, delete: 8, update: 16, truncate: 32, insteadOf: 64 } as const;

// The server's own trigger functions.
const systemTriggerFunctions = new Set([
  'tsvector_update_trigger',
  'tsvector_update_trigger_column',
  'suppress_redundant_updates_trigger',
]);

/** CREATE TRIGGER and CREATE CONSTRAINT TRIGGER. */
export function createTrigger(database: Database, statement: CreateTrigStmt, definition: Definition): void {
  const target = database.target(rangeName(statement.relation));
  const name = statement.trigname ?? '';
  if (target.triggers.has(name) && !statement.replace) {
    duplicateObject(`trigger "${name}" for relation "${target.name}" already exists`);
  }
  const events = statement.events ?? 0;
  const eventNames = (['insert', 'update', 'delete', 'truncate'] as const).filter(
    (event) => (events & triggerBits[event]) !== 0,
  );
  const trigger: TriggerDraft = {
    name,
    target,
    values: {
      timing: timingOf(statement.timing ?? 0),
      events: eventNames,
      level: statement.row ? 'row' : 'statement',
      isConstraint: statement.isconstraint ?? false,
    },
    ...triggerFunction(database, strings(statement.funcname)),
    enabled: 'origin',
    definition,
  };
  target.triggers.set(name, trigger);
}

function timingOf(timing: number): Trigger['timing'] {
  if ((timing & triggerBits.insteadOf) !== 0) return 'instead-of';
  return (timing & triggerBits.before) !== 0 ? 'before' : 'after';
}

function triggerFunction(
  database: Database,
  parts: readonly string[],
): Pick<TriggerDraft, 'function' | 'routine'> {
  const written = writtenName(parts);
  const schemas =
    written.schema === undefined ? [...database.visibleSchemas()] : [database.schemas.get(written.schema)];
  for (const schema of schemas) {
    const routine = schema?.routines.get(written.name)?.find((candidate) => candidate.identity === '');
    if (schema && routine) return { function: { schema: schema.name, name: written.name }, routine };
  }
  if (systemTriggerFunctions.has(written.name))
    return { function: { schema: 'pg_catalog', name: written.name } };
  // An extension may bring it (moddatetime, lo): only without any is it surely missing.
  const hasExtension = [...database.extensions.keys()].some((extension) => extension !== 'plpgsql');
  if (!hasExtension) unknownObject(`function ${printName(written)}() does not exist`);
  const schema = written.schema ?? database.currentSchemaName;
  return { function: { schema, name: written.name } };
}

const ruleEvents: Readonly<Partial<Record<string, Rule['event']>>> = {
  CMD_SELECT: 'select',
  CMD_INSERT: 'insert',
  CMD_UPDATE: 'update',
  CMD_DELETE: 'delete',
};

/** CREATE RULE. */
export function createRule(database: Database, statement: RuleStmt, definition: Definition): void {
  const target = database.target(rangeName(statement.relation));
  const name = statement.rulename ?? '';
  if (target.rules.has(name) && !statement.replace) {
    duplicateObject(`rule "${name}" for relation "${target.name}" already exists`);
  }
  const event = ruleEvents[statement.event ?? ''] ?? 'select';
  target.rules.set(name, {
    name,
    target,
    values: { event, instead: statement.instead ?? false },
    definition,
  });
}

const policyCommands = new Set<string>(['all', 'select', 'insert', 'update', 'delete']);

/** CREATE POLICY. */
export function createPolicy(database: Database, statement: CreatePolicyStmt, definition: Definition): void {
  const table = database.table(rangeName(statement.table));
  const name = statement.policy_name ?? '';
  if (table.policies.has(name)) duplicateObject(`policy "${name}" for table "${table.name}" already exists`);
  const command = statement.cmd_name ?? 'all';
  table.policies.set(name, {
    name,
    table,
    definition,
    values: {
      command: isPolicyCommand(command) ? command : 'all',
      permissive: statement.permissive ?? false,
      roles: roleNames(statement.roles),
      ...expressions([statement.qual, statement.with_check], definition),
    },
  });
}

function isPolicyCommand(word: string): word is Policy['command'] {
  return policyCommands.has(word);
}

function roleNames(nodes: readonly Node[] | undefined): string[] {
  return pickAll(nodes, 'RoleSpec').map(roleName);
}

function expressions(
  [using, check]: readonly [Node | undefined, Node | undefined],
  { sql }: Definition,
): Pick<PolicyDraft['values'], 'using' | 'check' | 'hasSubquery'> {
  return {
    ...(using ? { using: sqlText(using, sql) } : {}),
    ...(check ? { check: sqlText(check, sql) } : {}),
    hasSubquery: hasSubquery(using) || hasSubquery(check),
  };
}

/** ALTER POLICY: what the statement leaves out stays. */
export function alterPolicy(database: Database, statement: AlterPolicyStmt, definition: Definition): void {
  const table = database.table(rangeName(statement.table));
  const policy = table.policies.get(statement.policy_name ?? '');
  if (!policy) unknownObject(`policy "${statement.policy_name}" for table "${table.name}" does not exist`);
  const changed = expressions([statement.qual, statement.with_check], definition);
  policy.values = {
    ...policy.values,
    ...(statement.roles ? { roles: roleNames(statement.roles) } : {}),
    ...changed,
    hasSubquery:
      changed.hasSubquery || (policy.values.hasSubquery && !(statement.qual && statement.with_check)),
  };
}
