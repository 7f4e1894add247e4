import { quoteIdentifier } from '@shardwright/core';
import {
  type AlterDefaultPrivilegesStmt,
  type GrantRoleStmt,
  type GrantStmt,
  type Node,
  pick,
  pickAll,
  strings,
} from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import type { Grant } from '../model/objects.ts';
import { roleName } from './role.ts';

/** GRANT and REVOKE on objects. */
export function objectGrant(statement: GrantStmt, definition: Definition): Grant {
  const inSchema = statement.targtype === 'ACL_TARGET_ALL_IN_SCHEMA';
  return {
    kind: statement.is_grant ? 'grant' : 'revoke',
    objectKind: objectKind(statement),
    objects: (statement.objects ?? []).map((object) =>
      inSchema ? `ALL IN SCHEMA ${text(object)}` : text(object),
    ),
    grantees: pickAll(statement.grantees, 'RoleSpec').map(roleName),
    privileges: privileges(statement.privileges),
    definition,
  };
}

/** GRANT and REVOKE of roles. */
export function roleGrant(statement: GrantRoleStmt, definition: Definition): Grant {
  return {
    kind: 'role-membership',
    objectKind: 'role',
    objects: pickAll(statement.granted_roles, 'AccessPriv').map((role) => role.priv_name ?? ''),
    grantees: pickAll(statement.grantee_roles, 'RoleSpec').map(roleName),
    privileges: [statement.is_grant ? 'grant' : 'revoke'],
    definition,
  };
}

/** ALTER DEFAULT PRIVILEGES. */
export function defaultPrivileges(statement: AlterDefaultPrivilegesStmt, definition: Definition): Grant {
  const schemas = pickAll(statement.options, 'DefElem').find((option) => option.defname === 'schemas');
  const { action } = statement;
  return {
    kind: 'default-privileges',
    objectKind: objectKind(action ?? {}),
    objects: strings(pick(schemas?.arg, 'List')?.items).map(quoteIdentifier),
    grantees: pickAll(action?.grantees, 'RoleSpec').map(roleName),
    privileges: privileges(action?.privileges),
    definition,
  };
}

function objectKind(statement: GrantStmt): string {
  return (statement.objtype ?? '')
    .replace(/^OBJECT_/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
}

// No list means ALL PRIVILEGES.
function privileges(nodes: readonly Node[] | undefined): string[] {
  if (!nodes) return ['all'];
  return pickAll(nodes, 'AccessPriv').map((privilege) => {
    const columns = strings(privilege.cols);
    const name = privilege.priv_name ?? 'all';
    return columns.length === 0 ? name : `${name} (${columns.map(quoteIdentifier).join(', ')})`;
  });
}

function text(object: Node): string {
  const range = pick(object, 'RangeVar');
  if (range) {
    const parts = [range.schemaname, range.relname].filter((part) => part !== undefined);
    return parts.map(quoteIdentifier).join('.');
  }
  const routine = pick(object, 'ObjectWithArgs');
  if (routine) return strings(routine.objname).map(quoteIdentifier).join('.');
  const list = pick(object, 'List') ?? pick(object, 'TypeName');
  const names = list && ('items' in list ? list.items : 'names' in list ? list.names : undefined);
  if (names) return strings(names).map(quoteIdentifier).join('.');
  const string = pick(object, 'String');
  return quoteIdentifier(string?.sval ?? '');
}
