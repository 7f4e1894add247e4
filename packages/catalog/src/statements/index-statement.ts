import { type IndexStmt, pickAll } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import { type Database, rangeName } from './database.ts';
import { addIndex, columnOf, type IndexParts, indexKey, spreadIndex } from './index-draft.ts';
import { refused } from './problem.ts';

/** CREATE INDEX; on a partitioned table also on its partitions, unless ONLY. */
export function createIndex(database: Database, statement: IndexStmt, definition: Definition): void {
  const table = database.target(rangeName(statement.relation));
  if (table.relation === 'view' && table.kind === 'view') {
    refused(`cannot create index on relation "${table.name}"`);
  }
  if (statement.if_not_exists && statement.idxname && table.schema.relations.has(statement.idxname)) return;
  const parts: IndexParts = {
    method: statement.accessMethod ?? 'btree',
    unique: statement.unique ?? false,
    nullsNotDistinct: statement.nulls_not_distinct ?? false,
    keys: pickAll(statement.indexParams, 'IndexElem').map((element) => indexKey(table, element)),
    include: pickAll(statement.indexIncludingParams, 'IndexElem').map((element) =>
      columnOf(table, element.name ?? ''),
    ),
    predicate: statement.whereClause,
  };
  const index = addIndex(database, table, parts, { name: statement.idxname, label: 'idx', definition });
  if (statement.relation?.inh) spreadIndex(database, index);
}
