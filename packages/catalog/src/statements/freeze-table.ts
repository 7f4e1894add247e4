import { quoteLiteral } from '@shardwright/core';
import { sqlText } from '@shardwright/sql';
import type { Column, Constraint, Index, IndexKey, PartitionKey, Table } from '../model/table.ts';
import { currentName, sqlName } from './database.ts';
import type {
  ColumnDraft,
  ConstraintDraft,
  IndexDraft,
  IndexKeyDraft,
  PartitionKeyDraft,
  TableDraft,
} from './draft.ts';
import { isNextval } from './expression.ts';

const namesOf = (columns: readonly ColumnDraft[]): string[] => columns.map((column) => column.name);

/** A table draft as the model's table. */
export function freezeTable(table: TableDraft): Table {
  return {
    ...currentName(table),
    kind: table.kind,
    persistence: table.persistence,
    columns: table.columns.map(freezeColumn),
    constraints: table.constraints.map(freezeConstraint),
    indexes: [...table.indexes].map(freezeIndex),
    ...(table.partitionKey
      ? { partitionKey: freezePartitionKey(table.partitionKey, table.definition.sql) }
      : {}),
    ...(table.partitionOf
      ? { partitionOf: { parent: currentName(table.partitionOf.parent), bound: table.partitionOf.bound } }
      : {}),
    inherits: table.inherits.map(currentName),
    rowSecurity: table.rowSecurity ? (table.forceRowSecurity ? 'forced' : 'enabled') : 'off',
    replicaIdentity:
      typeof table.replicaIdentity === 'string'
        ? table.replicaIdentity
        : { index: table.replicaIdentity.name },
    ...(table.accessMethod === undefined ? {} : { accessMethod: table.accessMethod }),
    ...(table.tablespace === undefined ? {} : { tablespace: table.tablespace }),
    options: [...table.options].map(([name, value]) => `${name}=${value}`),
    ...(table.owner === undefined ? {} : { owner: table.owner }),
    definition: table.definition,
    ...(table.statistics ? { statistics: table.statistics } : {}),
  };
}

/** A column draft as the model's column. */
export function freezeColumn(column: ColumnDraft): Column {
  return {
    name: column.name,
    type: column.typeDraft ? currentType(column) : column.type,
    notNull: column.notNull,
    ...(column.default ? { default: defaultSql(column) } : {}),
    ...(column.sequence ? { sequence: currentName(column.sequence) } : {}),
    ...(column.identity ? { identity: column.identity } : {}),
    ...(column.generated
      ? {
          generated: {
            kind: column.generated.kind,
            expression: sqlText(column.generated.expression, column.source ?? ''),
          },
        }
      : {}),
    ...(column.collation ? { collation: column.collation } : {}),
  };
}

// A user-defined type may have been renamed or moved since the column was declared.
function currentType({ type, typeDraft }: ColumnDraft): Column['type'] {
  if (!typeDraft || (typeDraft.name === type.name && typeDraft.schema.name === type.schema)) return type;
  const modifiers = type.modifiers.length > 0 ? `(${type.modifiers.join(',')})` : '';
  const sql = `${sqlName(typeDraft)}${modifiers}${type.arrayDimensions > 0 ? '[]' : ''}`;
  return { ...type, ...currentName(typeDraft), sql };
}

function defaultSql(column: ColumnDraft): string {
  if (!column.default) return '';
  if (column.sequence && isNextval(column.default)) {
    return `nextval(${quoteLiteral(sqlName(column.sequence))}::regclass)`;
  }
  return sqlText(column.default, column.source ?? '');
}

function freezeConstraint(constraint: ConstraintDraft): Constraint {
  const frozen = freezeUndeferred(constraint);
  const { deferrable } = constraint;
  return deferrable ? { ...frozen, deferrable } : frozen;
}

// Thousands of foreign keys pass here: objects without spreads are made several times faster.
function freezeUndeferred(constraint: ConstraintDraft): Constraint {
  const { name, definition } = constraint;
  switch (constraint.kind) {
    case 'primary-key':
    case 'unique': {
      const { index } = constraint;
      const columns = index.keys.flatMap((key) => (key.column ? [key.column.name] : []));
      const include = namesOf(index.include);
      if (constraint.kind === 'primary-key')
        return { name, definition, kind: 'primary-key', columns, include };
      return { name, definition, kind: 'unique', columns, include, nullsNotDistinct: index.nullsNotDistinct };
    }
    case 'exclusion': {
      const { index, operators } = constraint;
      const elements = index.keys.map((key, at) => ({
        ...columnOrExpression(key, definition.sql),
        operator: operators[at] ?? '',
      }));
      const predicate = index.predicate ? { predicate: sqlText(index.predicate, definition.sql) } : {};
      return { name, definition, kind: 'exclusion', method: index.method, elements, ...predicate };
    }
    case 'foreign-key': {
      const foreignKey = {
        name,
        definition,
        kind: 'foreign-key' as const,
        columns: namesOf(constraint.columns),
        references: currentName(constraint.references),
        referencedColumns: namesOf(constraint.referencedColumns),
        onDelete: constraint.onDelete,
        onUpdate: constraint.onUpdate,
        match: constraint.match,
        notValid: constraint.notValid,
      };
      const { onDeleteColumns } = constraint;
      return onDeleteColumns ? { ...foreignKey, onDeleteColumns: namesOf(onDeleteColumns) } : foreignKey;
    }
    case 'check': {
      const { notValid, noInherit } = constraint;
      return {
        name,
        definition,
        kind: 'check',
        expression: sqlText(constraint.expression, definition.sql),
        notValid,
        noInherit,
      };
    }
    case 'not-null':
      return { name, definition, kind: 'not-null', column: constraint.column.name };
    default:
      return constraint satisfies never;
  }
}

function columnOrExpression(
  key: Pick<IndexKeyDraft, 'column' | 'expression'>,
  source: string,
): { column?: string; expression?: string } {
  if (key.column) return { column: key.column.name };
  return key.expression ? { expression: sqlText(key.expression, source) } : {};
}

/** An index of a table or a materialised view. */
export function freezeIndex(index: IndexDraft): Index {
  return {
    name: index.name,
    method: index.method,
    unique: index.unique,
    nullsNotDistinct: index.nullsNotDistinct,
    keys: index.keys.map((key) => freezeKey(key, index.definition.sql)),
    include: namesOf(index.include),
    ...(index.predicate ? { predicate: sqlText(index.predicate, index.definition.sql) } : {}),
    ...(index.constraint ? { constraint: index.constraint.name } : {}),
    definition: index.definition,
  };
}

function freezeKey(key: IndexKeyDraft, source: string): IndexKey {
  return {
    ...columnOrExpression(key, source),
    ...(key.operatorClass === undefined ? {} : { operatorClass: key.operatorClass }),
    ...(key.collation === undefined ? {} : { collation: key.collation }),
  };
}

function freezePartitionKey({ strategy, keys }: PartitionKeyDraft, source: string): PartitionKey {
  return { strategy, keys: keys.map((key) => columnOrExpression(key, source)) };
}
