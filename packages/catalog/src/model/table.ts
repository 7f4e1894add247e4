import type { QualifiedName } from '@shardwright/core';
import type { Definition } from './definition.ts';
import type { TableStatistics } from './statistics.ts';

/** A table of any kind that holds rows or partitions. */
export interface Table extends QualifiedName {
  readonly kind: 'ordinary' | 'partitioned' | 'foreign';
  readonly persistence: 'permanent' | 'unlogged' | 'temporary';
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  /** All indexes, those of constraints included (they carry `constraint`). */
  readonly indexes: readonly Index[];
  /** Set when the table is itself partitioned. */
  readonly partitionKey?: PartitionKey;
  /** Set when the table is a partition of another. */
  readonly partitionOf?: { readonly parent: QualifiedName; readonly bound: string };
  /** Parents by old-style inheritance (never the partition parent). */
  readonly inherits: readonly QualifiedName[];
  readonly rowSecurity: 'off' | 'enabled' | 'forced';
  readonly replicaIdentity: 'default' | 'nothing' | 'full' | { readonly index: string };
  readonly accessMethod?: string;
  readonly tablespace?: string;
  /** Storage parameters as written, e.g. `fillfactor=70`. */
  readonly options: readonly string[];
  readonly owner?: string;
  readonly definition: Definition;
  readonly statistics?: TableStatistics;
}

/** A column. */
export interface Column {
  readonly name: string;
  readonly type: DataType;
  readonly notNull: boolean;
  /** The default as SQL text. */
  readonly default?: string;
  /** The sequence that feeds it: a `nextval` default, serial, or identity. */
  readonly sequence?: QualifiedName;
  readonly identity?: 'always' | 'by-default';
  readonly generated?: { readonly kind: 'stored' | 'virtual'; readonly expression: string };
  /** Set when it differs from the type's own collation. */
  readonly collation?: QualifiedName;
}

/** A type as a column uses it. */
export interface DataType {
  /** `pg_catalog` for built-in types; the schema as resolved, or as written when the type is unknown. */
  readonly schema: string;
  /** PostgreSQL's internal name: `int4`, `int8`, `varchar`, `bpchar`, `timestamptz`, …; the element type's for arrays. */
  readonly name: string;
  /** Type modifiers as written: `[20]` for varchar(20), `[12, 2]` for numeric(12,2). */
  readonly modifiers: readonly string[];
  /** 0 for a scalar. */
  readonly arrayDimensions: number;
  /** As `format_type` prints it: `character varying(20)`, `integer[]`. */
  readonly sql: string;
}

/** A constraint of a table. Names are the given ones, else those PostgreSQL would make. */
export type Constraint =
  | PrimaryKeyConstraint
  | UniqueConstraint
  | ExclusionConstraint
  | ForeignKeyConstraint
  | CheckConstraint
  | NotNullConstraint;

interface ConstraintBase {
  readonly name: string;
  readonly definition: Definition;
  readonly deferrable?: 'immediate' | 'deferred';
}

export interface PrimaryKeyConstraint extends ConstraintBase {
  readonly kind: 'primary-key';
  readonly columns: readonly string[];
  readonly include: readonly string[];
}

export interface UniqueConstraint extends ConstraintBase {
  readonly kind: 'unique';
  readonly columns: readonly string[];
  readonly include: readonly string[];
  readonly nullsNotDistinct: boolean;
}

export interface ExclusionConstraint extends ConstraintBase {
  readonly kind: 'exclusion';
  readonly method: string;
  readonly elements: readonly {
    readonly column?: string;
    readonly expression?: string;
    readonly operator: string;
  }[];
  readonly predicate?: string;
}

export interface ForeignKeyConstraint extends ConstraintBase {
  readonly kind: 'foreign-key';
  readonly columns: readonly string[];
  readonly references: QualifiedName;
  /** The referenced columns, resolved to the primary key when the statement names none. */
  readonly referencedColumns: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  /** The columns of `ON DELETE SET NULL (…)`, PostgreSQL 15 and later. */
  readonly onDeleteColumns?: readonly string[];
  readonly match: 'simple' | 'full' | 'partial';
  readonly notValid: boolean;
}

export interface CheckConstraint extends ConstraintBase {
  readonly kind: 'check';
  readonly expression: string;
  readonly notValid: boolean;
  readonly noInherit: boolean;
}

/** A named NOT NULL constraint (PostgreSQL 18 dumps them); `Column.notNull` is set as well. */
export interface NotNullConstraint extends ConstraintBase {
  readonly kind: 'not-null';
  readonly column: string;
}

/** What a foreign key does to its rows when the referenced row goes or changes. */
export type ReferentialAction = 'no-action' | 'restrict' | 'cascade' | 'set-null' | 'set-default';

/** An index. */
export interface Index {
  readonly name: string;
  readonly method: string;
  readonly unique: boolean;
  readonly nullsNotDistinct: boolean;
  readonly keys: readonly IndexKey[];
  readonly include: readonly string[];
  /** The WHERE of a partial index. */
  readonly predicate?: string;
  /** The constraint that owns it. */
  readonly constraint?: string;
  readonly definition: Definition;
}

/** One key of an index: a column or an expression. */
export interface IndexKey {
  readonly column?: string;
  readonly expression?: string;
  readonly operatorClass?: string;
  readonly collation?: string;
}

/** How a partitioned table is cut. */
export interface PartitionKey {
  readonly strategy: 'range' | 'list' | 'hash';
  readonly keys: readonly { readonly column?: string; readonly expression?: string }[];
}
