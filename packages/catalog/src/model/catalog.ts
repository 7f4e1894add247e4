import type { QualifiedName } from '@shardwright/core';
import type { Definition } from './definition.ts';
import type {
  Comment,
  Extension,
  Grant,
  Policy,
  Publication,
  Routine,
  Rule,
  Schema,
  Sequence,
  Trigger,
  TypeDefinition,
  View,
} from './objects.ts';
import type { Table } from './table.ts';

/** Everything one database holds, as data: JSON goes in and out unchanged. */
export interface Catalog {
  readonly origin: CatalogOrigin;
  readonly schemas: readonly Schema[];
  readonly tables: readonly Table[];
  readonly sequences: readonly Sequence[];
  readonly views: readonly View[];
  readonly routines: readonly Routine[];
  readonly triggers: readonly Trigger[];
  readonly rules: readonly Rule[];
  readonly policies: readonly Policy[];
  readonly types: readonly TypeDefinition[];
  readonly extensions: readonly Extension[];
  readonly publications: readonly Publication[];
  readonly comments: readonly Comment[];
  readonly grants: readonly Grant[];
  /** Statements that name objects outside this model (casts, operators, text search, …): kept as they are. */
  readonly verbatim: readonly VerbatimStatement[];
  /** Statements that did not parse or could not be applied; the rest of the input was read all the same. */
  readonly problems: readonly CatalogProblem[];
}

/** Where a catalog came from. */
export interface CatalogOrigin {
  readonly kind: 'dump' | 'database';
  /** File name, `-`, or the connection without its secrets. */
  readonly label: string;
  /** `15.4`, when the dump's header or the server tells it. */
  readonly serverVersion?: string;
  /** The program and version that wrote the dump, when its header tells. */
  readonly producer?: string;
  /** Bytes read after decompression; statements seen. Absent for live databases. */
  readonly bytesRead?: number;
  readonly statements?: number;
  /** Where unqualified names went: the effective search_path's first schema. */
  readonly defaultSchema: string;
  /** The only schemas that were kept of it; absent when all were. */
  readonly schemas?: readonly string[];
  /** Version of the Citus extension when the database is already a Citus coordinator or worker. */
  readonly citusVersion?: string;
}

/** A statement kept as it is. */
export interface VerbatimStatement {
  readonly definition: Definition;
  /** The statement's syntax-tree node (`CreateCastStmt`) or psql command (`\\restrict`). */
  readonly node: string;
  /** `object`: defines something outside the model. `session`: settings and transactions. `data`: DML. */
  readonly kind: 'object' | 'session' | 'data' | 'psql';
  /** The object it is about, when it is plain to see. */
  readonly subject?: QualifiedName;
}

/** One statement that could not be read or applied. */
export interface CatalogProblem {
  readonly definition: Definition;
  /**
   * `refused`: the server would not do it for another reason (dependent objects, no matching key, …).
   * `unreadable`: a live database did not let this role read it, or not in time; the definition is empty.
   */
  readonly kind: 'syntax' | 'unknown-object' | 'duplicate-object' | 'refused' | 'unreadable';
  /** PostgreSQL's own message where there is one. */
  readonly message: string;
}
