import type { Catalog } from '@shardwright/catalog';
import { nameKey, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import { parseStatements, pick, pickAll, walk } from '@shardwright/sql';
import type { Step } from '../model/plan.ts';
import type { TargetTable } from '../target/target-database.ts';
import { undoOfComment, undoOfGrant } from './privilege-undo.ts';
import { step } from './step.ts';
import type { VerbatimSteps } from './verbatim-steps.ts';

const builtIn = /^(public|current_user|session_user|current_role|postgres|pg_\w+)$/i;

/** Roles that owners, grants and policies name. */
export function rolesOf(catalog: Catalog): ReadonlySet<string> {
  const roles = new Set<string>();
  const add = (name: string | undefined): void => {
    if (name && !builtIn.test(name)) roles.add(name);
  };
  for (const { owner } of [...catalog.schemas, ...catalog.tables]) add(owner);
  for (const { roles: names } of catalog.policies) for (const name of names) add(name);
  const statements = [
    ...catalog.grants.map(({ definition }) => definition.sql),
    ...catalog.verbatim.filter(({ kind }) => kind === 'object').map(({ definition }) => definition.sql),
  ];
  for (const sql of statements) {
    const parsed = parseStatements(sql);
    if (!parsed.ok) continue;
    walk(parsed.statements, (kind, inside) => {
      if (kind === 'RoleSpec') add((inside as { rolename?: string }).rolename);
      return true;
    });
    for (const { tree } of parsed.statements) {
      const membership = pick(tree, 'GrantRoleStmt');
      for (const { priv_name } of pickAll(membership?.granted_roles, 'AccessPriv')) add(priv_name);
      add(pick(tree, 'AlterOwnerStmt')?.newowner?.rolename);
    }
  }
  return roles;
}

/** Owners, grants and comments, as the source has them, of what the target has. */
export function privilegeSteps(
  catalog: Catalog,
  tables: readonly TargetTable[],
  verbatim: VerbatimSteps,
): readonly Step[] {
  const present = new Set(tables.map(({ table }) => nameKey(table)));
  const gone = catalog.tables.filter((table) => !present.has(nameKey(table))).map(quoteQualifiedName);
  const isGone = (object: string): boolean =>
    gone.some((name) => object === name || object.startsWith(`${name}.`) || object.endsWith(` ON ${name}`));
  const owned = catalog.tables.flatMap(({ owner, ...table }) => {
    if (owner === undefined || !present.has(nameKey(table))) return [];
    const name = quoteQualifiedName(table);
    return [
      step('ownership', `owner of ${name}`, {
        title: `${name} belongs to ${owner}`,
        apply: [
          `ALTER ${table.kind === 'foreign' ? 'FOREIGN ' : ''}TABLE ${name} OWNER TO ${quoteIdentifier(owner)}`,
        ],
      }),
    ];
  });
  const granted = catalog.grants
    .filter(({ kind, objects }) => kind !== 'role-membership' && !objects.some(isGone))
    .map((grant, index) =>
      step('ownership', `privilege ${index + 1}`, {
        title: grant.definition.sql.replace(/\s+/g, ' ').slice(0, 80),
        apply: [grant.definition.sql],
        undo: undoOfGrant(grant),
      }),
    );
  const comments = catalog.comments
    .filter(({ text, objectKind }) => text !== null && objectKind !== 'extension')
    .filter(({ object }) => !isGone(object))
    .map(({ objectKind, object, definition }) =>
      step('comments', `${objectKind} ${object}`, {
        title: `comment on ${objectKind} ${object}`,
        apply: [definition.sql],
        undo: undoOfComment({ objectKind, object }),
      }),
    );
  const others = verbatim.placed.map((one) => one.step).filter(({ phase }) => phase === 'ownership');
  return [...owned, ...others, ...granted, ...comments];
}
