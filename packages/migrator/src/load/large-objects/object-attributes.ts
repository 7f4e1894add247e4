import { quoteIdentifier, quoteLiteral } from '@shardwright/core';
import type { SourceObject } from './source-objects.ts';

/** Statements that give a large object its owner, rights and comment, as far as the target has the roles. */
export function attributeStatements(
  { oid, owner, comment, grants }: SourceObject,
  roles: ReadonlySet<string>,
): readonly string[] {
  const object = `LARGE OBJECT ${oid}`;
  const isOwned = roles.has(owner);
  const given = (grants ?? []).filter(({ role }) => role === null || roles.has(role));
  return [
    ...(isOwned ? [`ALTER ${object} OWNER TO ${quoteIdentifier(owner)}`] : []),
    // Where rights are listed, those of the owner are among them.
    ...(isOwned && grants !== null ? [`REVOKE ALL ON ${object} FROM ${quoteIdentifier(owner)}`] : []),
    ...given.map(
      ({ role, right, mayGrant }) =>
        `GRANT ${right} ON ${object} TO ${role === null ? 'PUBLIC' : quoteIdentifier(role)}${mayGrant ? ' WITH GRANT OPTION' : ''}`,
    ),
    ...(comment === null ? [] : [`COMMENT ON ${object} IS ${quoteLiteral(comment)}`]),
  ];
}
