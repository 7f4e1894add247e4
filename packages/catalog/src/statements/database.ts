import { type QualifiedName, quoteIdentifier } from '@shardwright/core';
import type { RangeVar } from '@shardwright/sql';
import type { CatalogProblem, VerbatimStatement } from '../model/catalog.ts';
import type { Definition } from '../model/definition.ts';
import type { Comment, Extension, Grant } from '../model/objects.ts';
import type {
  IndexDraft,
  RelationDraft,
  SchemaDraft,
  SequenceDraft,
  TableDraft,
  TargetDraft,
  TypeDraft,
  ViewDraft,
} from './draft.ts';
import { duplicateObject, refused, unknownObject } from './problem.ts';
import { Session } from './session.ts';

/** A comment with the object it is about: it goes when the object goes. */
export interface CommentDraft {
  values: Omit<Comment, 'object'>;
  object: () => string;
  isGone: () => boolean;
}

/** A publication with its tables as drafts. */
export interface PublicationDraft {
  name: string;
  allTables: boolean;
  tables: TableDraft[];
  schemas: SchemaDraft[];
  definition: Definition;
}

/** A name in one or two parts, as statements write it. */
export interface WrittenName {
  readonly schema?: string | undefined;
  readonly name: string;
}

const noDefinition: Definition = { line: 0, sql: '' };

/** The database under construction: name spaces, the session's search path, and what is kept as it is. */
export class Database {
  readonly schemas: Map<string, SchemaDraft> = new Map();
  readonly extensions: Map<string, Extension> = new Map();
  readonly publications: Map<string, PublicationDraft> = new Map();
  readonly comments: Map<string, CommentDraft> = new Map();
  readonly grants: Grant[] = [];
  readonly verbatim: VerbatimStatement[] = [];
  readonly problems: CatalogProblem[] = [];
  /** Collations the database defines, `schema.name`: their statements are kept verbatim. */
  readonly collations: Set<string> = new Set();
  readonly session: Session = new Session();
  /** Where the first unqualified name was created. */
  firstDefaultSchema: string | undefined;
  /** An extension whose types are not known here: unknown type names may be its own. */
  hasOpaqueExtension = false;
  /** Types that were named before anything defined them, told once each. */
  readonly unknownTypesTold: Set<string> = new Set();

  constructor() {
    // Every new database has it; a dump of it says nothing, or CREATE SCHEMA public again.
    this.addSchema('public', noDefinition);
  }

  addSchema(name: string, definition: Definition): SchemaDraft {
    const schema: SchemaDraft = {
      name,
      definition,
      relations: new Map(),
      types: new Map(),
      routines: new Map(),
      constraintNames: new Map(),
    };
    this.schemas.set(name, schema);
    return schema;
  }

  /** Where a new object goes: the named schema, else the first of the search path that exists. */
  creationSchema(written: string | undefined, definition: Definition): SchemaDraft {
    if (written !== undefined) {
      const schema = this.schemas.get(written);
      if (schema) return schema;
      // A dump of single tables has no CREATE SCHEMA: the schema is told as missing and taken for granted.
      if (written !== 'pg_temp') {
        this.problems.push({
          definition,
          kind: 'unknown-object',
          message: `schema "${written}" does not exist; taken as existing`,
        });
      }
      return this.addSchema(written, noDefinition);
    }
    for (const name of this.session.searchPath) {
      const schema = this.schemas.get(name);
      if (!schema) continue;
      this.firstDefaultSchema ??= name;
      return schema;
    }
    return refused('no schema has been selected to create in');
  }

  /** The schema that an unqualified name means which nothing bears. */
  get currentSchemaName(): string {
    const path = this.session.searchPath;
    return path.find((name) => this.schemas.has(name)) ?? (path[0] || 'public');
  }

  /** The schemas unqualified names are looked up in, in order. */
  *visibleSchemas(): Generator<SchemaDraft> {
    const temporary = this.schemas.get('pg_temp');
    if (temporary) yield temporary;
    for (const name of this.session.searchPath) {
      const schema = this.schemas.get(name);
      if (schema) yield schema;
    }
  }

  findRelation(name: WrittenName): RelationDraft | undefined {
    if (name.schema !== undefined) return this.schemas.get(name.schema)?.relations.get(name.name);
    for (const schema of this.visibleSchemas()) {
      const relation = schema.relations.get(name.name);
      if (relation) return relation;
    }
    return undefined;
  }

  relation(name: WrittenName): RelationDraft {
    return this.findRelation(name) ?? unknownObject(`relation "${printName(name)}" does not exist`);
  }

  table(name: WrittenName): TableDraft {
    const relation = this.relation(name);
    return relation.relation === 'table' ? relation : refused(`"${name.name}" is not a table`);
  }

  target(name: WrittenName): TargetDraft {
    const relation = this.relation(name);
    if (relation.relation === 'table' || relation.relation === 'view') return relation;
    return refused(`"${name.name}" is not a table or view`);
  }

  view(name: WrittenName): ViewDraft {
    const relation = this.relation(name);
    return relation.relation === 'view' ? relation : refused(`"${name.name}" is not a view`);
  }

  sequence(name: WrittenName): SequenceDraft {
    const relation = this.relation(name);
    return relation.relation === 'sequence' ? relation : refused(`"${name.name}" is not a sequence`);
  }

  index(name: WrittenName): IndexDraft {
    const relation = this.relation(name);
    return relation.relation === 'index' ? relation : refused(`"${name.name}" is not an index`);
  }

  findType(name: WrittenName): TypeDraft | undefined {
    if (name.schema !== undefined) return this.schemas.get(name.schema)?.types.get(name.name);
    for (const schema of this.visibleSchemas()) {
      const type = schema.types.get(name.name);
      if (type) return type;
    }
    return undefined;
  }

  type(name: WrittenName): TypeDraft {
    return this.findType(name) ?? unknownObject(`type "${printName(name)}" does not exist`);
  }

  addRelation(relation: RelationDraft): void {
    const { schema, name } = relation;
    if (schema.relations.has(name)) duplicateObject(`relation "${name}" already exists`);
    schema.relations.set(name, relation);
  }

  removeRelation(relation: RelationDraft): void {
    // A table that failed half-way may not be registered yet, and its name may be another's.
    if (relation.schema.relations.get(relation.name) === relation)
      relation.schema.relations.delete(relation.name);
    relation.dropped = true;
  }

  renameRelation(relation: RelationDraft, name: string): void {
    if (relation.schema.relations.has(name)) duplicateObject(`relation "${name}" already exists`);
    relation.schema.relations.delete(relation.name);
    relation.name = name;
    relation.schema.relations.set(name, relation);
  }

  moveRelation(relation: RelationDraft, schema: SchemaDraft): void {
    if (schema === relation.schema) return;
    if (schema.relations.has(relation.name)) {
      duplicateObject(`relation "${relation.name}" already exists in schema "${schema.name}"`);
    }
    relation.schema.relations.delete(relation.name);
    relation.schema = schema;
    schema.relations.set(relation.name, relation);
  }

  schema(name: string): SchemaDraft {
    return this.schemas.get(name) ?? unknownObject(`schema "${name}" does not exist`);
  }
}

/** A relation's name as the parser gives it. */
export function rangeName(range: RangeVar | undefined): WrittenName {
  const schema = range?.relpersistence === 't' ? (range.schemaname ?? 'pg_temp') : range?.schemaname;
  return { schema, name: range?.relname ?? '' };
}

/** The last one or two parts of a dotted name; a database in front is ignored. */
export function writtenName(parts: readonly string[]): WrittenName {
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}

/** A name as the server's messages print it. */
export function printName(name: WrittenName): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
}

/** The names of a draft at this moment. */
export function currentName(draft: { schema: SchemaDraft; name: string }): QualifiedName {
  return { schema: draft.schema.name, name: draft.name };
}

/** A draft's name as SQL, qualified. */
export function sqlName(draft: { schema: SchemaDraft; name: string }): string {
  return `${quoteIdentifier(draft.schema.name)}.${quoteIdentifier(draft.name)}`;
}
