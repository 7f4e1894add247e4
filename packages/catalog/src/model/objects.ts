import type { QualifiedName } from '@shardwright/core';
import type { Definition } from './definition.ts';
import type { DataType, Index } from './table.ts';

export interface Schema {
  readonly name: string;
  readonly owner?: string;
  readonly definition: Definition;
}

/** A sequence, those behind serial and identity columns included. */
export interface Sequence extends QualifiedName {
  readonly dataType: 'int2' | 'int4' | 'int8';
  readonly start: string;
  readonly increment: string;
  readonly minValue?: string;
  readonly maxValue?: string;
  readonly cache: string;
  readonly cycle: boolean;
  readonly ownedBy?: { readonly table: QualifiedName; readonly column: string };
  /** From `setval` in a dump, or the live position. */
  readonly lastValue?: string;
  readonly definition: Definition;
}

export interface View extends QualifiedName {
  readonly kind: 'view' | 'materialized';
  readonly query: string;
  /** Tables and views named in the query, resolved where they exist. */
  readonly dependsOn: readonly QualifiedName[];
  /** Of a materialised view. */
  readonly indexes: readonly Index[];
  readonly definition: Definition;
}

export interface Routine extends QualifiedName {
  readonly kind: 'function' | 'procedure' | 'aggregate';
  /** The argument types as written: with name and schema the routine's identity. */
  readonly argumentTypes: readonly string[];
  readonly returns?: string;
  readonly language: string;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly definition: Definition;
}

export interface Trigger {
  readonly name: string;
  readonly table: QualifiedName;
  readonly timing: 'before' | 'after' | 'instead-of';
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  readonly level: 'row' | 'statement';
  readonly function: QualifiedName;
  readonly isConstraint: boolean;
  readonly enabled: 'origin' | 'always' | 'replica' | 'disabled';
  readonly definition: Definition;
}

/** A rewrite rule other than a view's own. */
export interface Rule {
  readonly name: string;
  readonly table: QualifiedName;
  readonly event: 'select' | 'insert' | 'update' | 'delete';
  readonly instead: boolean;
  readonly definition: Definition;
}

export interface Policy {
  readonly name: string;
  readonly table: QualifiedName;
  readonly command: 'all' | 'select' | 'insert' | 'update' | 'delete';
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using?: string;
  readonly check?: string;
  /** Whether either expression holds a subquery. */
  readonly hasSubquery: boolean;
  readonly definition: Definition;
}

/** A type the database defines. */
export type TypeDefinition =
  | (TypeBase & { readonly kind: 'enum'; readonly labels: readonly string[] })
  | (TypeBase & {
      readonly kind: 'domain';
      readonly base: DataType;
      readonly notNull: boolean;
      readonly checks: readonly string[];
    })
  | (TypeBase & {
      readonly kind: 'composite';
      readonly attributes: readonly { readonly name: string; readonly type: DataType }[];
    })
  | (TypeBase & { readonly kind: 'range'; readonly subtype: DataType })
  | (TypeBase & { readonly kind: 'base' | 'shell' });

interface TypeBase extends QualifiedName {
  readonly definition: Definition;
}

export interface Extension {
  readonly name: string;
  readonly schema?: string;
  readonly version?: string;
  readonly definition: Definition;
}

export interface Publication {
  readonly name: string;
  readonly allTables: boolean;
  readonly tables: readonly QualifiedName[];
  readonly definition: Definition;
}

export interface Comment {
  /** `table`, `column`, `function`, … as in COMMENT ON. */
  readonly objectKind: string;
  /** The object as SQL text. */
  readonly object: string;
  readonly text: string | null;
  readonly definition: Definition;
}

/** GRANT, REVOKE and ALTER DEFAULT PRIVILEGES, as written. */
export interface Grant {
  readonly kind: 'grant' | 'revoke' | 'default-privileges' | 'role-membership';
  readonly objectKind: string;
  readonly objects: readonly string[];
  readonly grantees: readonly string[];
  readonly privileges: readonly string[];
  readonly definition: Definition;
}
