import type { Catalog } from '@shardwright/catalog';

/** A statement that defines something outside of the model, with the name that it gives. */
export interface VerbatimObject {
  /** `collation`, `operator`, `operator class`, … in lower case. */
  readonly kind: string;
  /** As written, with its schema if it has one. */
  readonly schema?: string;
  readonly name: string;
  readonly sql: string;
  readonly line: number;
}

const kinds = [
  'collation',
  'operator class',
  'operator family',
  'operator',
  'conversion',
  'event trigger',
  'access method',
  'text search parser',
  'text search template',
  'language',
  'cast',
] as const;
const identifier = '"(?:[^"]|"")+"|[\\w$]+';
const definesObject = new RegExp(
  `^\\s*create\\s+(?:or\\s+replace\\s+)?(?:default\\s+|trusted\\s+|procedural\\s+)*` +
    `(${kinds.map((kind) => kind.replaceAll(' ', '\\s+')).join('|')})\\s*` +
    `(?:if\\s+not\\s+exists\\s+)?(?:(${identifier})\\s*\\.\\s*)?(${identifier}|[^\\s(]+|\\([^)]*\\))`,
  'i',
);

/** Objects that the catalog keeps verbatim, by what their statements say. */
export function verbatimObjects(catalog: Catalog): readonly VerbatimObject[] {
  return catalog.verbatim.flatMap(({ definition, kind: sort }) => {
    const found = sort === 'object' ? definesObject.exec(definition.sql) : null;
    const [, kind, schema, name] = found ?? [];
    if (kind === undefined || name === undefined) return [];
    return [
      {
        kind: kind.toLowerCase().replaceAll(/\s+/g, ' '),
        ...(schema === undefined ? {} : { schema: unquote(schema) }),
        name: unquote(name),
        sql: definition.sql,
        line: definition.line,
      },
    ];
  });
}

function unquote(identifierText: string): string {
  return identifierText.startsWith('"')
    ? identifierText.slice(1, -1).replaceAll('""', '"')
    : identifierText.toLowerCase();
}
