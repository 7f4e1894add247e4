import type { TableLikeClause } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import type { CheckValues } from './check.ts';
import { type Database, rangeName } from './database.ts';
import type { CheckDraft, ColumnDraft, KeyDraft, TableDraft, TargetDraft } from './draft.ts';
import { addIndex, columnOf, type IndexParts } from './index-draft.ts';
import { addConstraintDraft } from './names-in-use.ts';
import { refused } from './problem.ts';
import { addColumnSequence } from './sequence.ts';

// Bits of TableLikeClause.options (CREATE_TABLE_LIKE_* of the server).
const including = { constraints: 4, defaults: 8, generated: 16, identity: 32, indexes: 64 } as const;

/** What a LIKE clause leaves to do once the table stands. */
export interface LikeCopy {
  readonly source: TargetDraft;
  readonly indexes: boolean;
  readonly checks: readonly CheckValues[];
}

/** Copies the columns of `LIKE source INCLUDING …`. */
export function copyLike(
  database: Database,
  table: TableDraft,
  clause: TableLikeClause,
  definition: Definition,
): LikeCopy {
  const source = likeSource(database, clause);
  const wants = (bit: number): boolean => ((clause.options ?? 0) & bit) !== 0;
  for (const column of source.columns) {
    const copy: ColumnDraft = {
      name: column.name,
      type: column.type,
      typeDraft: column.typeDraft,
      collation: column.collation,
      source: column.source,
      notNull: column.notNull,
      isLocal: true,
    };
    if (column.generated) {
      if (wants(including.generated)) copy.generated = column.generated;
    } else if (wants(including.defaults) && column.default) {
      copy.default = column.default;
      copy.sequence = column.sequence;
    }
    if (column.identity && wants(including.identity)) {
      copy.identity = column.identity;
      // The copy is a bigint sequence whatever the column's type: so does the server.
      const sequence = addColumnSequence(database, table, copy, { dataType: 'int8', definition });
      const { start, increment, minValue, maxValue, cache, cycle } = column.sequence ?? sequence;
      copy.sequence = Object.assign(sequence, { start, increment, minValue, maxValue, cache, cycle });
    }
    table.columns.push(copy);
  }
  const checks =
    source.relation === 'table' && wants(including.constraints)
      ? source.constraints.filter((constraint): constraint is CheckDraft => constraint.kind === 'check')
      : [];
  return { source, checks, indexes: wants(including.indexes) };
}

function likeSource(database: Database, clause: TableLikeClause): TargetDraft {
  const relation = database.relation(rangeName(clause.relation));
  if (relation.relation === 'table' || relation.relation === 'view') return relation;
  if (relation.relation !== 'composite')
    return refused(`relation "${relation.name}" is invalid in LIKE clause`);
  const columns = (relation.type.attributes ?? []).map(
    ({ name, type, draft }): ColumnDraft => ({ name, type, typeDraft: draft, notNull: false, isLocal: true }),
  );
  return {
    relation: 'view',
    kind: 'view',
    schema: relation.schema,
    name: relation.name,
    definition: relation.definition,
    query: '',
    columns,
    dependsOn: [],
    columnsMentioned: new Set(),
    indexes: new Set(),
    dependentViews: new Set(),
    triggers: new Map(),
    rules: new Map(),
  };
}

/** Copies the source's indexes under default names, key and exclusion constraints with them. */
export function copyLikeIndexes(
  database: Database,
  table: TableDraft,
  like: LikeCopy,
  definition: Definition,
): void {
  if (!like.indexes) return;
  for (const source of like.source.indexes) {
    const parts: IndexParts = {
      method: source.method,
      unique: source.unique,
      nullsNotDistinct: source.nullsNotDistinct,
      keys: source.keys.map((key) => ({
        ...key,
        ...(key.column ? { column: columnOf(table, key.column.name) } : {}),
      })),
      include: source.include.map((column) => columnOf(table, column.name)),
      predicate: source.predicate,
    };
    const { constraint } = source;
    if (!constraint) {
      addIndex(database, table, parts, { label: 'idx', definition });
    } else if (constraint.kind === 'exclusion') {
      const index = addIndex(database, table, parts, { label: 'excl', definition });
      index.constraint = { ...constraint, name: index.name, table, index, definition, children: new Set() };
      addConstraintDraft(index.constraint);
    } else {
      const label = constraint.kind === 'primary-key' ? 'pkey' : 'key';
      const index = addIndex(database, table, parts, { label, definition });
      const { kind, deferrable } = constraint;
      const key: KeyDraft = {
        kind,
        name: index.name,
        table,
        index,
        definition,
        deferrable,
        children: new Set(),
      };
      index.constraint = key;
      addConstraintDraft(key);
      if (kind === 'primary-key') for (const one of index.keys) if (one.column) one.column.notNull = true;
    }
  }
}
