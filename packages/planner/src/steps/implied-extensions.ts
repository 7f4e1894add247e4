import type { Catalog } from '@shardwright/catalog';

/** Types and operator classes that everyone knows by their extension. */
const typeExtensions: Readonly<Record<string, string>> = {
  citext: 'citext',
  hstore: 'hstore',
  ltree: 'ltree',
  lquery: 'ltree',
  cube: 'cube',
  isbn: 'isn',
  vector: 'vector',
  halfvec: 'vector',
  hll: 'hll',
  geometry: 'postgis',
  geography: 'postgis',
};
const operatorClassExtensions: Readonly<Record<string, string>> = {
  gin_trgm_ops: 'pg_trgm',
  gist_trgm_ops: 'pg_trgm',
};

/**
 * Extensions that the source uses without creating them: dumps of single schemas leave them out, and DO blocks, which
 * are not run, create some.
 */
export function impliedExtensions({ tables, types, verbatim }: Catalog): ReadonlySet<string> {
  const own = new Set(types.map(({ name }) => name));
  const implied = new Set<string>();
  for (const { node, definition } of verbatim) {
    if (node !== 'DoStmt') continue;
    const created = definition.sql.matchAll(/\bcreate\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)"?/gi);
    for (const [, name = ''] of created) implied.add(name);
  }
  for (const { columns, indexes } of tables) {
    for (const { type } of columns) {
      const extension =
        type.schema === 'pg_catalog' || own.has(type.name) ? undefined : typeExtensions[type.name];
      if (extension !== undefined) implied.add(extension);
    }
    for (const { operatorClass = '' } of indexes.flatMap(({ keys }) => keys)) {
      const extension = operatorClassExtensions[operatorClass.split('.').at(-1) ?? ''];
      if (extension !== undefined) implied.add(extension);
    }
  }
  return implied;
}
