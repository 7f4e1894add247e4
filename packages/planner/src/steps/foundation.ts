import type { Catalog, Routine, TypeDefinition } from '@shardwright/catalog';
import { displayName, quoteIdentifier, quoteLiteral, quoteQualifiedName } from '@shardwright/core';
import type { Step } from '../model/plan.ts';
import { impliedExtensions } from './implied-extensions.ts';
import { step } from './step.ts';

/** Roles that grants, policies and owners name: made without login where they are missing, and left there. */
export function roleSteps(roles: ReadonlySet<string>): readonly Step[] {
  return [...roles].sort().map((role) =>
    step('roles', quoteIdentifier(role), {
      title: `role ${role}, where it is missing`,
      apply: [
        `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${quoteLiteral(role)}) THEN CREATE ROLE ${quoteIdentifier(role)}; END IF; END $$`,
      ],
      hazards: [`${role} is made without login and password; carry those over with pg_dumpall --roles-only.`],
    }),
  );
}

/** Schemas other than `public`, which every database has. */
export function schemaSteps({ schemas, extensions }: Catalog): readonly Step[] {
  const named = new Set(schemas.map(({ name }) => name));
  const ofExtensions = extensions.flatMap(({ schema }) => (schema === undefined ? [] : [schema]));
  const all = [...new Set([...named, ...ofExtensions])];
  return all
    .filter((name) => !['public', 'pg_catalog', 'information_schema', ''].includes(name))
    .map((name) =>
      step('schemas', quoteIdentifier(name), {
        title: `schema ${name}`,
        apply: [`CREATE SCHEMA ${quoteIdentifier(name)}`],
        undo: [`DROP SCHEMA ${quoteIdentifier(name)}`],
      }),
    );
}

/** Extensions, in the source's versions only where a server offers them: so without a version. */
export function extensionSteps(catalog: Catalog, needed: readonly string[] = []): readonly Step[] {
  const present = catalog.extensions.filter(({ name }) => name !== 'plpgsql' && name !== 'citus');
  const wanted = new Set([...needed, ...impliedExtensions(catalog)]);
  const added = [...wanted].filter((name) => !present.some((extension) => extension.name === name));
  return [...present, ...added.map((name) => ({ name, schema: undefined }))].map(({ name, schema }) => {
    const inSchema =
      schema === undefined || schema === 'pg_catalog' ? '' : ` WITH SCHEMA ${quoteIdentifier(schema)}`;
    return step('extensions', quoteIdentifier(name), {
      title: `extension ${name}`,
      apply: [`CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(name)}${inSchema}`],
      undo: [`DROP EXTENSION ${quoteIdentifier(name)}`],
      hazards: [`The files of ${name} must be installed on every node.`],
    });
  });
}

/** A type of the database. */
export function typeStep(type: TypeDefinition): Step {
  const name = quoteQualifiedName(type);
  const labels = type.kind === 'enum' ? type.labels.map(quoteLiteral).join(', ') : undefined;
  const apply = labels === undefined ? type.definition.sql : `CREATE TYPE ${name} AS ENUM (${labels})`;
  return step('definitions', name, {
    title: `${type.kind} type ${displayName(type)}`,
    apply: [apply],
    undo: [`DROP ${type.kind === 'domain' ? 'DOMAIN' : 'TYPE'} ${name}`],
  });
}

/** A function, procedure or aggregate. */
export function routineStep(routine: Routine, phase: 'definitions' | 'programs'): Step {
  const signature = routineSignature(routine);
  return step(phase, signature, {
    title: `${routine.kind} ${displayName(routine)}`,
    apply: [routine.definition.sql],
    undo: [`DROP ${routine.kind.toUpperCase()} ${signature}`],
  });
}

/** Name and argument types, as DROP wants them. */
function routineSignature(routine: Routine): string {
  const isStar = routine.kind === 'aggregate' && routine.argumentTypes.length === 0;
  return `${quoteQualifiedName(routine)}(${isStar ? '*' : routine.argumentTypes.join(', ')})`;
}
