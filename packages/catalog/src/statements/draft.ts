import type { Node } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import type { Policy, Routine, Rule, Trigger, TypeDefinition } from '../model/objects.ts';
import type { TableStatistics } from '../model/statistics.ts';
import type { DataType, ReferentialAction, Table } from '../model/table.ts';

/**
 * The mutable objects a catalog is built from. They point at each other, so that a rename or a move needs no
 * search; `freeze.ts` turns them into the model of names.
 */
export interface SchemaDraft {
  name: string;
  owner?: string;
  definition: Definition;
  /** The server keeps tables, views, sequences, indexes and composite types in one name space. */
  readonly relations: Map<string, RelationDraft>;
  readonly types: Map<string, TypeDraft>;
  readonly routines: Map<string, RoutineDraft[]>;
  /** How many constraints of the schema bear a name: default names avoid all of them. */
  readonly constraintNames: Map<string, number>;
}

export type RelationDraft = TableDraft | ViewDraft | SequenceDraft | IndexDraft | CompositeDraft;

interface RelationBase {
  schema: SchemaDraft;
  name: string;
  definition: Definition;
  dropped?: true;
}

/** What can have columns, indexes, triggers and rules. */
export type TargetDraft = TableDraft | ViewDraft;

export interface TableDraft extends RelationBase {
  readonly relation: 'table';
  kind: Table['kind'];
  persistence: Table['persistence'];
  columns: ColumnDraft[];
  constraints: ConstraintDraft[];
  readonly indexes: Set<IndexDraft>;
  partitionKey?: PartitionKeyDraft;
  partitionOf?: { parent: TableDraft; bound: string };
  readonly partitions: Set<TableDraft>;
  inherits: TableDraft[];
  readonly inheritors: Set<TableDraft>;
  /** Foreign keys of any table that point here. */
  readonly referencedBy: Set<ForeignKeyDraft>;
  readonly dependentViews: Set<ViewDraft>;
  readonly ownedSequences: Set<SequenceDraft>;
  readonly triggers: Map<string, TriggerDraft>;
  readonly rules: Map<string, RuleDraft>;
  readonly policies: Map<string, PolicyDraft>;
  rowSecurity: boolean;
  forceRowSecurity: boolean;
  replicaIdentity: 'default' | 'nothing' | 'full' | IndexDraft;
  accessMethod?: string;
  tablespace?: string;
  options: Map<string, string>;
  owner?: string;
  statistics?: TableStatistics;
}

export interface ViewDraft extends RelationBase {
  readonly relation: 'view';
  kind: 'view' | 'materialized';
  query: string;
  columns: ColumnDraft[];
  dependsOn: TargetDraft[];
  /** Every column name the query mentions, `*` included: which DROP COLUMN … CASCADE takes it along. */
  columnsMentioned: ReadonlySet<string>;
  readonly indexes: Set<IndexDraft>;
  readonly dependentViews: Set<ViewDraft>;
  readonly triggers: Map<string, TriggerDraft>;
  readonly rules: Map<string, RuleDraft>;
}

export interface SequenceDraft extends RelationBase {
  readonly relation: 'sequence';
  dataType: 'int2' | 'int4' | 'int8';
  start: string;
  increment: string;
  minValue?: string | undefined;
  maxValue?: string | undefined;
  cache: string;
  cycle: boolean;
  ownedBy?: { table: TableDraft; column: ColumnDraft } | undefined;
  lastValue?: string | undefined;
}

export interface CompositeDraft extends RelationBase {
  readonly relation: 'composite';
  readonly type: TypeDraft;
}

export interface ColumnDraft {
  name: string;
  type: DataType;
  /** The user-defined type behind `type`. */
  typeDraft?: TypeDraft | undefined;
  notNull: boolean;
  default?: Node | undefined;
  /** Fed by `nextval` or identity; `serial` owns it too. */
  sequence?: SequenceDraft | undefined;
  identity?: 'always' | 'by-default' | undefined;
  generated?: { kind: 'stored' | 'virtual'; expression: Node } | undefined;
  /** The statement that gave the default or the generation expression. */
  source?: string | undefined;
  collation?: { schema: string; name: string } | undefined;
  /** Declared by the table itself, not only by a parent. */
  isLocal: boolean;
}

export interface IndexDraft extends RelationBase {
  readonly relation: 'index';
  readonly table: TargetDraft;
  method: string;
  unique: boolean;
  nullsNotDistinct: boolean;
  keys: IndexKeyDraft[];
  include: ColumnDraft[];
  predicate?: Node | undefined;
  constraint?: KeyDraft | ExclusionDraft | undefined;
  /** The partitioned table's index it belongs to. */
  parent?: IndexDraft | undefined;
  readonly children: Set<IndexDraft>;
}

export interface IndexKeyDraft {
  column?: ColumnDraft | undefined;
  expression?: Node | undefined;
  operatorClass?: string | undefined;
  collation?: string | undefined;
  /** `DESC`, `NULLS FIRST`: two indexes match only when these do. */
  ordering: string;
}

export type ConstraintDraft = KeyDraft | ExclusionDraft | ForeignKeyDraft | CheckDraft | NotNullDraft;

interface ConstraintBase {
  name: string;
  readonly table: TableDraft;
  definition: Definition;
  deferrable?: 'immediate' | 'deferred' | undefined;
  /** The parent table's constraint it came from. */
  parent?: ConstraintDraft | undefined;
  readonly children: Set<ConstraintDraft>;
}

export interface KeyDraft extends ConstraintBase {
  readonly kind: 'primary-key' | 'unique';
  readonly index: IndexDraft;
}

export interface ExclusionDraft extends ConstraintBase {
  readonly kind: 'exclusion';
  readonly index: IndexDraft;
  operators: string[];
}

export interface ForeignKeyDraft extends ConstraintBase {
  readonly kind: 'foreign-key';
  columns: ColumnDraft[];
  references: TableDraft;
  referencedColumns: ColumnDraft[];
  /** The unique index it leans on: dropping that needs CASCADE. */
  keyIndex?: IndexDraft | undefined;
  onDelete: ReferentialAction;
  onUpdate: ReferentialAction;
  onDeleteColumns?: ColumnDraft[] | undefined;
  match: 'simple' | 'full' | 'partial';
  notValid: boolean;
}

export interface CheckDraft extends ConstraintBase {
  readonly kind: 'check';
  expression: Node;
  notValid: boolean;
  noInherit: boolean;
}

export interface NotNullDraft extends ConstraintBase {
  readonly kind: 'not-null';
  column: ColumnDraft;
}

export interface PartitionKeyDraft {
  strategy: 'range' | 'list' | 'hash';
  keys: { column?: ColumnDraft | undefined; expression?: Node | undefined }[];
}

export interface TriggerDraft {
  name: string;
  readonly target: TargetDraft;
  readonly values: Omit<Trigger, 'name' | 'table' | 'enabled' | 'definition' | 'function'>;
  readonly function: { schema: string; name: string };
  readonly routine?: RoutineDraft | undefined;
  enabled: Trigger['enabled'];
  definition: Definition;
}

interface RuleDraft {
  name: string;
  readonly target: TargetDraft;
  readonly values: Omit<Rule, 'name' | 'table' | 'definition'>;
  definition: Definition;
}

export interface PolicyDraft {
  name: string;
  readonly table: TableDraft;
  values: Omit<Policy, 'name' | 'table' | 'definition'>;
  definition: Definition;
}

export interface RoutineDraft {
  schema: SchemaDraft;
  name: string;
  /** Input argument types as format_type prints them: with schema and name the identity. */
  readonly identity: string;
  values: Omit<Routine, 'schema' | 'name' | 'definition'>;
  /** Types its signature names: DROP TYPE … CASCADE takes it along. */
  readonly types: readonly TypeDraft[];
  definition: Definition;
  dropped?: true;
}

export interface TypeDraft {
  schema: SchemaDraft;
  name: string;
  kind: TypeDefinition['kind'];
  labels?: string[];
  base?: TypedDraft;
  notNull?: boolean;
  checks?: { name: string; expression: Node; definition: Definition }[];
  attributes?: (TypedDraft & { name: string })[];
  subtype?: TypedDraft;
  definition: Definition;
  dropped?: true;
  /** Brought by an extension: usable, but no object of the catalog. */
  extension?: string;
  /** The multirange or array that came along with another type. */
  companionOf?: TypeDraft;
}

/** A type in use, with the user-defined type behind it. */
export interface TypedDraft {
  type: DataType;
  draft?: TypeDraft | undefined;
}
