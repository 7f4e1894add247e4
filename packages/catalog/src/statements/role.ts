import type { RoleSpec } from '@shardwright/sql';

const specialRoles: Readonly<Partial<Record<string, string>>> = {
  ROLESPEC_PUBLIC: 'public',
  ROLESPEC_CURRENT_USER: 'current_user',
  ROLESPEC_CURRENT_ROLE: 'current_role',
  ROLESPEC_SESSION_USER: 'session_user',
};

/** A role as a statement names it. */
export function roleName(role: RoleSpec): string {
  return role.rolename ?? specialRoles[role.roletype ?? ''] ?? '';
}
