import type { Catalog, Column } from '@shardwright/catalog';
import { nameKey } from '@shardwright/core';

/** What makes an object, by the name that differences have for it; not for all kinds. */
export function definitions(catalog: Catalog): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const table of catalog.tables) {
    const name = nameKey(table);
    for (const column of table.columns) texts.set(`column ${name}.${column.name}`, columnText(column));
    for (const { name: own, definition } of table.constraints)
      texts.set(`constraint ${own} ON ${name}`, definition.sql);
    for (const { name: own, definition } of table.indexes)
      texts.set(`index ${own} ON ${name}`, definition.sql);
  }
  for (const { name, table, definition } of [...catalog.triggers])
    texts.set(`trigger ${name} ON ${nameKey(table)}`, definition.sql);
  for (const { name, table, definition } of catalog.policies)
    texts.set(`policy ${name} ON ${nameKey(table)}`, definition.sql);
  for (const sequence of catalog.sequences)
    texts.set(`sequence ${nameKey(sequence)}`, sequence.definition.sql);
  for (const view of catalog.views)
    texts.set(
      `${view.kind === 'materialized' ? 'materialized view' : 'view'} ${nameKey(view)}`,
      view.definition.sql,
    );
  return new Map([...texts].map(([object, text]) => [object, text.replace(/\s+/g, ' ').trim()]));
}

function columnText({ type, notNull, default: standard, generated, identity, collation }: Column): string {
  return [
    type.sql,
    collation && `COLLATE ${nameKey(collation)}`,
    notNull ? 'NOT NULL' : undefined,
    standard && `DEFAULT ${standard}`,
    generated && `GENERATED ALWAYS AS (${generated.expression}) ${generated.kind.toUpperCase()}`,
    identity && `GENERATED ${identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`,
  ]
    .filter((part) => part !== undefined)
    .join(' ');
}
