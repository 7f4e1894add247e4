import type { Catalog, DataType, TypeDefinition } from '@shardwright/catalog';
import { displayName } from '@shardwright/core';
import { citusError, metadataDetail } from './citus-message.ts';
import { typeDefinition } from './column-type.ts';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Column of a range or base type of this database. */
export const unsupportedType: Rule = {
  id: 'unsupported-type',
  title: 'Column of a range or base type of this database',
  effect: 'refused',
  severity: 'error',
  explain:
    'Citus creates enums, composite types and domains on the workers by itself, but not range types or base types made by CREATE TYPE. A table that uses one, also inside a domain or a composite, is refused.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (!subject.isInMetadata(table) || table.partitionOf !== undefined) continue;
      for (const column of table.columns) {
        const type = unsupportedPart(subject.catalog, column.type);
        if (type === undefined) continue;
        yield {
          table: nameOf(table),
          object: column.name,
          message: `${displayName(table)}.${column.name} needs the type ${displayName(type)} (${type.kind === 'range' ? 'a range type' : 'a base type'}).`,
          consequence: 'Citus cannot create the type on the workers and refuses the table.',
          remedy:
            type.kind === 'range'
              ? `Use a built-in range type or two columns; or create the type in an extension, which Citus does carry to the workers.`
              : 'Create the type in an extension, which Citus does carry to the workers.',
          automatic: false,
          citusMessage: citusError(
            `"table ${displayName(table)}" has dependency on unsupported object "type ${displayName(type)}"`,
            subject.decisionOf(table).kind === 'local' ? { detail: metadataDetail } : {},
          ),
          line: table.definition.line,
        };
        break;
      }
    }
  },
};

/** The first type inside a type that Citus does not know how to create elsewhere. */
function unsupportedPart(catalog: Catalog, type: DataType): TypeDefinition | undefined {
  const definition = typeDefinition(catalog, type);
  switch (definition?.kind) {
    case 'range':
    case 'base':
    case 'shell':
      return definition;
    case 'domain':
      return unsupportedPart(catalog, definition.base);
    case 'composite':
      for (const attribute of definition.attributes) {
        const part = unsupportedPart(catalog, attribute.type);
        if (part !== undefined) return part;
      }
      return undefined;
    default:
      return undefined;
  }
}
