import type { Index } from '@shardwright/catalog';
import { deparse, parseStatements, pick } from '@shardwright/sql';

/**
 * CREATE INDEX as the source has it, where nothing changes; else with the columns put in front that it gained. Of
 * partitioned tables all partitions get it, and it is built at once: the table is not in use yet.
 */
export function createIndex(index: Index, source: Index | undefined): string {
  const gained = index.keys.slice(0, index.keys.length - (source ?? index).keys.length);
  const parsed = parseStatements(index.definition.sql);
  const [statement] = parsed.ok ? parsed.statements : [];
  const tree = pick(statement?.tree, 'IndexStmt');
  if (!tree) return index.definition.sql;
  const isOnly = tree.relation?.inh !== true;
  const includes = (tree.indexIncludingParams ?? []).length !== index.include.length;
  const isNamed = tree.idxname === index.name;
  if (gained.length === 0 && !isOnly && !includes && tree.concurrent !== true && isNamed) {
    return index.definition.sql;
  }
  return deparse({
    IndexStmt: {
      ...tree,
      idxname: index.name,
      concurrent: false,
      if_not_exists: false,
      relation: { ...tree.relation, inh: true },
      indexParams: [
        ...gained.map(({ column = '' }) => ({
          IndexElem: { name: column, ordering: 'SORTBY_DEFAULT', nulls_ordering: 'SORTBY_NULLS_DEFAULT' },
        })),
        ...(tree.indexParams ?? []),
      ],
      indexIncludingParams: (tree.indexIncludingParams ?? []).filter((param) =>
        index.include.includes(pick(param, 'IndexElem')?.name ?? ''),
      ),
    },
  } as Parameters<typeof deparse>[0]);
}
