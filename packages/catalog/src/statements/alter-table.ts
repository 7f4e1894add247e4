import {
  type AlterTableCmd,
  type AlterTableStmt,
  type ColumnDef,
  type Node,
  pick,
  pickAll,
} from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import { alterColumn } from './alter-column.ts';
import { inheritCheckInto } from './check.ts';
import { declareColumn, inheritedColumn } from './column.ts';
import { addConstraint } from './constraint.ts';
import { type Database, rangeName } from './database.ts';
import { storageParameters } from './definition-elements.ts';
import type { ColumnDraft, IndexDraft, TableDraft, TargetDraft, TriggerDraft } from './draft.ts';
import { dropColumn, dropConstraint } from './drop-relation.ts';
import { attachIndex, columnOf } from './index-draft.ts';
import { adoptPartition, boundSql, detachPartition, refuseUnlikeParent } from './partition.ts';
import { applyParts, duplicateObject, refused, unknownObject } from './problem.ts';
import { alterComposite } from './type-definition.ts';

/**
 * ALTER TABLE and its kin for indexes, views, sequences and composite types.
 * `false` when a part of the statement has no place in the model, so that it is kept verbatim as well.
 */
export function alterTable(database: Database, statement: AlterTableStmt, definition: Definition): boolean {
  const name = rangeName(statement.relation);
  if (statement.missing_ok && !database.findRelation(name)) return true;
  const relation = database.relation(name);
  const only = statement.relation?.inh !== true;
  let complete = true;
  applyParts(pickAll(statement.cmds, 'AlterTableCmd'), (command) => {
    const subject = { database, command, definition, only };
    if (relation.relation === 'composite')
      complete = alterComposite(database, relation, command, definition) && complete;
    else if (relation.relation === 'index') complete = alterIndex(database, relation, command) && complete;
    else if (relation.relation === 'table') complete = alter(subject, relation) && complete;
    else complete = relation.relation === 'view' && alterTriggers(relation, command) && complete;
  });
  return complete;
}

interface Subject {
  readonly database: Database;
  readonly command: AlterTableCmd;
  readonly definition: Definition;
  readonly only: boolean;
}

function alterIndex(database: Database, index: IndexDraft, command: AlterTableCmd): boolean {
  if (command.subtype !== 'AT_AttachPartition') return false;
  const child = database.index(rangeName(pick(command.def, 'PartitionCmd')?.name));
  if (child.parent !== index) attachIndex(index, child);
  return true;
}

function alter(subject: Subject, table: TableDraft): boolean {
  const { database, command, definition, only } = subject;
  switch (command.subtype) {
    case 'AT_AddColumn':
      addColumn(subject, table);
      return true;
    case 'AT_DropColumn': {
      const column = table.columns.find((candidate) => candidate.name === command.name);
      if (column) dropColumn(database, table, column, command.behavior === 'DROP_CASCADE');
      else if (!command.missing_ok) columnOf(table, command.name ?? '');
      return true;
    }
    case 'AT_AddConstraint': {
      const constraint = pick(command.def, 'Constraint');
      if (constraint) addConstraint(database, table, constraint, { definition, only });
      return true;
    }
    case 'AT_DropConstraint':
      dropNamedConstraint(subject, table);
      return true;
    case 'AT_ValidateConstraint':
      validateConstraint(table, command.name ?? '');
      return true;
    case 'AT_AlterConstraint':
      alterConstraint(table, command.def);
      return true;
    case 'AT_AttachPartition': {
      const partition = pick(command.def, 'PartitionCmd');
      const child = database.table(rangeName(partition?.name));
      refuseUnlikeParent(table, child);
      adoptPartition(database, table, child, boundSql(partition?.bound, definition));
      return true;
    }
    case 'AT_DetachPartition':
      detachPartition(table, database.table(rangeName(pick(command.def, 'PartitionCmd')?.name)));
      return true;
    case 'AT_DetachPartitionFinalize':
      return true;
    case 'AT_AddInherit':
      addParent(table, database.table(rangeName(pick(command.def, 'RangeVar'))));
      return true;
    case 'AT_DropInherit':
      dropParent(table, database.table(rangeName(pick(command.def, 'RangeVar'))));
      return true;
    default:
      return alterColumn(subject, table) || alterTriggers(table, command) || alterProperties(table, command);
  }
}

function addColumn({ database, command, definition, only }: Subject, table: TableDraft): void {
  const declaration = pick(command.def, 'ColumnDef');
  if (!declaration) return;
  if (table.columns.some((column) => column.name === declaration.colname)) {
    if (command.missing_ok) return;
    duplicateObject(`column "${declaration.colname}" of relation "${table.name}" already exists`);
  }
  const { column, constraints } = declareColumn(database, table, declaration as ColumnDef, definition);
  table.columns.push(column);
  if (!only)
    for (const child of [...table.partitions, ...table.inheritors]) addInheritedColumn(child, column);
  // The column itself is the first part.
  applyParts([undefined, ...constraints], (constraint) => {
    if (constraint) addConstraint(database, table, constraint, { definition, only, column: column.name });
  });
}

function addInheritedColumn(child: TableDraft, column: ColumnDraft): void {
  const existing = child.columns.find((candidate) => candidate.name === column.name);
  if (existing) existing.notNull ||= column.notNull;
  else child.columns.push(inheritedColumn(column));
  for (const grandchild of [...child.partitions, ...child.inheritors]) addInheritedColumn(grandchild, column);
}

function namedConstraint(table: TableDraft, name: string) {
  const constraint = table.constraints.find((candidate) => candidate.name === name);
  return constraint ?? unknownObject(`constraint "${name}" of relation "${table.name}" does not exist`);
}

function dropNamedConstraint({ database, command }: Subject, table: TableDraft): void {
  const name = command.name ?? '';
  if (command.missing_ok && !table.constraints.some((candidate) => candidate.name === name)) return;
  const constraint = namedConstraint(table, name);
  if (constraint.parent) refused(`cannot drop inherited constraint "${name}" of relation "${table.name}"`);
  dropConstraint(database, constraint, command.behavior === 'DROP_CASCADE');
}

function validateConstraint(table: TableDraft, name: string): void {
  const constraint = namedConstraint(table, name);
  if ('notValid' in constraint) constraint.notValid = false;
  for (const child of constraint.children) if ('notValid' in child) child.notValid = false;
}

function alterConstraint(table: TableDraft, node: Node | undefined): void {
  const change = pick(node, 'ATAlterConstraint');
  const constraint = namedConstraint(table, change?.conname ?? '');
  if (!change?.alterDeferrability) return;
  for (const one of [constraint, ...constraint.children]) {
    one.deferrable = change.initdeferred ? 'deferred' : change.deferrable ? 'immediate' : undefined;
  }
}

function addParent(table: TableDraft, parent: TableDraft): void {
  refuseUnlikeParent(parent, table);
  table.inherits.push(parent);
  parent.inheritors.add(table);
  for (const check of parent.constraints) if (check.kind === 'check') inheritCheckInto(check, table);
}

function dropParent(table: TableDraft, parent: TableDraft): void {
  if (!table.inherits.includes(parent)) {
    refused(`relation "${parent.name}" is not a parent of relation "${table.name}"`);
  }
  table.inherits = table.inherits.filter((other) => other !== parent);
  parent.inheritors.delete(table);
  for (const column of table.columns) {
    if (parent.columns.some((other) => other.name === column.name)) column.isLocal = true;
  }
  for (const constraint of table.constraints) {
    if (constraint.parent?.table !== parent) continue;
    constraint.parent.children.delete(constraint);
    constraint.parent = undefined;
  }
}

const triggerStates: Readonly<Partial<Record<string, TriggerDraft['enabled']>>> = {
  AT_EnableTrig: 'origin',
  AT_EnableTrigAll: 'origin',
  AT_EnableTrigUser: 'origin',
  AT_EnableAlwaysTrig: 'always',
  AT_EnableReplicaTrig: 'replica',
  AT_DisableTrig: 'disabled',
  AT_DisableTrigAll: 'disabled',
  AT_DisableTrigUser: 'disabled',
};

function alterTriggers(target: TargetDraft, command: AlterTableCmd): boolean {
  const state = triggerStates[command.subtype ?? ''];
  if (state === undefined) return false;
  if (command.name === undefined) {
    for (const trigger of target.triggers.values()) trigger.enabled = state;
    return true;
  }
  const trigger = target.triggers.get(command.name);
  if (!trigger) return unknownObject(`trigger "${command.name}" for table "${target.name}" does not exist`);
  trigger.enabled = state;
  return true;
}

function alterProperties(table: TableDraft, command: AlterTableCmd): boolean {
  switch (command.subtype) {
    case 'AT_ChangeOwner':
      if (command.newowner?.rolename !== undefined) table.owner = command.newowner.rolename;
      return true;
    case 'AT_SetLogged':
      table.persistence = 'permanent';
      return true;
    case 'AT_SetUnLogged':
      table.persistence = 'unlogged';
      return true;
    case 'AT_SetAccessMethod':
      if (command.name === undefined) delete table.accessMethod;
      else table.accessMethod = command.name;
      return true;
    case 'AT_SetTableSpace':
      if (command.name !== undefined) table.tablespace = command.name;
      return true;
    case 'AT_SetRelOptions':
      for (const [name, value] of storageParameters(pick(command.def, 'List')?.items))
        table.options.set(name, value);
      return true;
    case 'AT_ResetRelOptions':
      for (const name of storageParameters(pick(command.def, 'List')?.items).keys())
        table.options.delete(name);
      return true;
    case 'AT_EnableRowSecurity':
    case 'AT_DisableRowSecurity':
      table.rowSecurity = command.subtype === 'AT_EnableRowSecurity';
      return true;
    case 'AT_ForceRowSecurity':
    case 'AT_NoForceRowSecurity':
      table.forceRowSecurity = command.subtype === 'AT_ForceRowSecurity';
      return true;
    case 'AT_ReplicaIdentity':
      setReplicaIdentity(table, command.def);
      return true;
    default:
      return false;
  }
}

function setReplicaIdentity(table: TableDraft, node: Node | undefined): void {
  const identity = pick(node, 'ReplicaIdentityStmt');
  if (identity?.identity_type === 'i') {
    const index = [...table.indexes].find((candidate) => candidate.name === identity.name);
    table.replicaIdentity =
      index ?? unknownObject(`index "${identity.name}" for table "${table.name}" does not exist`);
  } else if (identity?.identity_type === 'f') table.replicaIdentity = 'full';
  else table.replicaIdentity = identity?.identity_type === 'n' ? 'nothing' : 'default';
}
