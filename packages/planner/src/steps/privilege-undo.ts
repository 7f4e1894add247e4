import type { Comment, Grant } from '@shardwright/catalog';
import { quoteLiteral } from '@shardwright/core';
import { deparse, parseStatements, pick, pickAll } from '@shardwright/sql';

/**
 * What takes a grant back whose object stays when everything else is gone: default privileges, the schema public,
 * languages. Empty for all others, which go with their objects.
 */
export function undoOfGrant(grant: Grant): readonly string[] {
  const { kind, objectKind, objects, definition } = grant;
  if (kind === 'default-privileges') return undoOfDefault(definition.sql);
  if (objectKind === 'schema' && objects.includes('public'))
    return [...withoutGrantees(grant, 'SCHEMA public'), publicAsBorn];
  if (objectKind !== 'language') return [];
  return objects.flatMap((language) => [
    ...withoutGrantees(grant, `LANGUAGE ${language}`),
    `GRANT USAGE ON LANGUAGE ${language} TO PUBLIC`,
  ]);
}

/** What gives an object that stays the comment again that it was born with. */
export function undoOfComment({
  objectKind,
  object,
}: Pick<Comment, 'objectKind' | 'object'>): readonly string[] {
  const born = commentsOfInitdb[`${objectKind} ${object}`];
  return born === undefined
    ? []
    : [`COMMENT ON ${objectKind.toUpperCase()} ${object} IS ${quoteLiteral(born)}`];
}

/** What gives the schema public, which stays, its owner again; other objects go with their owners. */
export function undoOfOwner(sql: string): readonly string[] {
  const parsed = parseStatements(sql);
  const statement = parsed.ok ? pick(parsed.statements[0]?.tree, 'AlterOwnerStmt') : undefined;
  const isPublic =
    statement?.objectType === 'OBJECT_SCHEMA' && pick(statement.object, 'String')?.sval === 'public';
  return isPublic ? ['ALTER SCHEMA public OWNER TO pg_database_owner'] : [];
}

const commentsOfInitdb: Readonly<Record<string, string>> = {
  'schema public': 'standard public schema',
  'language plpgsql': 'PL/pgSQL procedural language',
};

// Since PostgreSQL 15 not everybody may create there.
const publicAsBorn = `DO $$ BEGIN
  GRANT USAGE ON SCHEMA public TO PUBLIC;
  IF current_setting('server_version_num')::int >= 150000 THEN REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  ELSE GRANT CREATE ON SCHEMA public TO PUBLIC; END IF;
END $$`;

/** Without anything for the grant's roles; everybody is no role, and has its own state to go back to. */
function withoutGrantees({ definition }: Grant, object: string): readonly string[] {
  const parsed = parseStatements(definition.sql);
  const statement = parsed.ok ? pick(parsed.statements[0]?.tree, 'GrantStmt') : undefined;
  return pickAll(statement?.grantees, 'RoleSpec').flatMap((role) => {
    const { rolename } = role;
    if (rolename === undefined) return [];
    const isOwner = rolename === 'pg_database_owner';
    const sql = `${isOwner ? 'GRANT' : 'REVOKE'} ALL ON ${object} ${isOwner ? 'TO' : 'FROM'} ${deparse({ RoleSpec: role })}`;
    return [whereRolesAre([rolename], sql)];
  });
}

function undoOfDefault(sql: string): readonly string[] {
  const parsed = parseStatements(sql);
  const statement = parsed.ok ? pick(parsed.statements[0]?.tree, 'AlterDefaultPrivilegesStmt') : undefined;
  if (statement?.action === undefined) return [];
  const { grant_option: _withGrantOption, ...action } = statement.action;
  const opposite = deparse({
    AlterDefaultPrivilegesStmt: { ...statement, action: { ...action, is_grant: action.is_grant !== true } },
  });
  const owners = pickAll(statement.options, 'DefElem').filter(({ defname }) => defname === 'roles');
  const named = [
    ...owners.flatMap(({ arg }) => pickAll(pick(arg, 'List')?.items, 'RoleSpec')),
    ...pickAll(action.grantees, 'RoleSpec'),
  ].flatMap(({ rolename }) => rolename ?? []);
  return [whereRolesAre([...new Set(named)], opposite)];
}

/** A migration that stopped early may not have come to make them. */
function whereRolesAre(roles: readonly string[], sql: string): string {
  if (roles.length === 0) return sql;
  const names = roles.map(quoteLiteral).join(', ');
  return `DO $$ BEGIN IF (SELECT count(*) FROM pg_catalog.pg_roles WHERE rolname IN (${names})) = ${roles.length} THEN ${sql}; END IF; END $$`;
}
