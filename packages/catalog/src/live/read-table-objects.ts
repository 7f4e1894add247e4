import { type QualifiedName, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import type { Policy, Rule, Trigger } from '../model/objects.ts';
import { liveDefinition, type RunFile } from './reader.ts';

interface TriggerRow {
  readonly name: string;
  readonly table: QualifiedName;
  readonly type: number;
  readonly enabled: 'O' | 'D' | 'R' | 'A';
  readonly isConstraint: boolean;
  readonly function: QualifiedName;
  readonly definition: string;
}

// Bits of pg_trigger.tgtype (catalog/pg_trigger.h).
const rowBit = 1;
const beforeBit = 2;
const insteadBit = 64;
const eventBits = { insert: 4, delete: 8, update: 16, truncate: 32 } as const;
const triggerEvents = ['insert', 'update', 'delete', 'truncate'] as const;
const enabledWords = { O: 'origin', D: 'disabled', R: 'replica', A: 'always' } as const;

/** Reads all triggers that people made. */
export async function readTriggers(run: RunFile): Promise<readonly Trigger[]> {
  const rows = await run<TriggerRow>('triggers');
  return rows.map(
    (row): Trigger => ({
      name: row.name,
      table: row.table,
      timing: row.type & insteadBit ? 'instead-of' : row.type & beforeBit ? 'before' : 'after',
      events: triggerEvents.filter((event) => row.type & eventBits[event]),
      level: row.type & rowBit ? 'row' : 'statement',
      function: row.function,
      isConstraint: row.isConstraint,
      enabled: enabledWords[row.enabled],
      definition: liveDefinition(row.definition),
    }),
  );
}

interface RuleRow {
  readonly name: string;
  readonly table: QualifiedName;
  readonly event: '1' | '2' | '3' | '4';
  readonly instead: boolean;
  readonly definition: string;
}

const ruleEvents = { '1': 'select', '2': 'update', '3': 'insert', '4': 'delete' } as const;

/** Reads all rewrite rules but those of views. */
export async function readRules(run: RunFile): Promise<readonly Rule[]> {
  const rows = await run<RuleRow>('rules');
  return rows.map(
    ({ name, table, event, instead, definition }): Rule => ({
      name,
      table,
      event: ruleEvents[event],
      instead,
      definition: liveDefinition(definition),
    }),
  );
}

interface PolicyRow {
  readonly name: string;
  readonly table: QualifiedName;
  readonly command: '*' | 'r' | 'a' | 'w' | 'd';
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
  readonly hasSubquery: boolean;
}

const policyCommands = { '*': 'all', r: 'select', a: 'insert', w: 'update', d: 'delete' } as const;

/** Reads all row security policies. */
export async function readPolicies(run: RunFile): Promise<readonly Policy[]> {
  const rows = await run<PolicyRow>('policies');
  return rows.map((row): Policy => {
    const policy: Omit<Policy, 'definition'> = {
      name: row.name,
      table: row.table,
      command: policyCommands[row.command],
      permissive: row.permissive,
      roles: row.roles,
      ...(row.using === null ? {} : { using: row.using }),
      ...(row.check === null ? {} : { check: row.check }),
      hasSubquery: row.hasSubquery,
    };
    return { ...policy, definition: liveDefinition(policyStatement(policy)) };
  });
}

function policyStatement(policy: Omit<Policy, 'definition'>): string {
  const roles = policy.roles.map((role) => (role === 'public' ? 'PUBLIC' : quoteIdentifier(role)));
  return [
    `CREATE POLICY ${quoteIdentifier(policy.name)} ON ${quoteQualifiedName(policy.table)}`,
    policy.permissive ? '' : ' AS RESTRICTIVE',
    policy.command === 'all' ? '' : ` FOR ${policy.command.toUpperCase()}`,
    roles.join() === 'PUBLIC' ? '' : ` TO ${roles.join(', ')}`,
    policy.using === undefined ? '' : ` USING (${policy.using})`,
    policy.check === undefined ? '' : ` WITH CHECK (${policy.check})`,
  ].join('');
}
