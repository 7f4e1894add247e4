import type { Catalog } from '@shardwright/catalog';
import { quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import { parseStatements, pick, pickAll, walk } from '@shardwright/sql';
import type { Step } from '../model/plan.ts';
import { step } from './step.ts';

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

/** Owners, grants and comments, as the source has them. */
export function privilegeSteps(catalog: Catalog): readonly Step[] {
  const owned = catalog.tables.flatMap(({ owner, ...table }) => {
    if (owner === undefined) return [];
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
    .filter(({ kind }) => kind !== 'role-membership')
    .map(({ definition }, index) =>
      step('ownership', `privilege ${index + 1}`, {
        title: definition.sql.replace(/\s+/g, ' ').slice(0, 80),
        apply: [definition.sql],
      }),
    );
  const comments = catalog.comments
    .filter(({ text, objectKind }) => text !== null && objectKind !== 'extension')
    .map(({ objectKind, object, definition }) =>
      step('comments', `${objectKind} ${object}`, {
        title: `comment on ${objectKind} ${object}`,
        apply: [definition.sql],
      }),
    );
  return [...owned, ...granted, ...comments];
}
