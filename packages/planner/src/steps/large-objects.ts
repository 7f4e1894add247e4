import type { Catalog, Comment, Grant } from '@shardwright/catalog';
import { type Node, pick } from '@shardwright/sql';
import type { LeftOut } from '../model/plan.ts';

/** Large objects are data: a step about one would fail where they do not lie. */
export const largeObjectsLeftOut: LeftOut = {
  object: 'large objects',
  why: 'they are data beside the tables, and a dump is read for the rows of its tables',
  instead:
    '`migrate run` carries them, with owners, rights and comments, where its source is the live database; else bring them to the coordinator with pg_restore or psql.',
};

/** Whether a statement gives a large object another owner. */
export function isOwnerOfLargeObject(tree: Node): boolean {
  return pick(tree, 'AlterOwnerStmt')?.objectType === 'OBJECT_LARGEOBJECT';
}

/** A catalog without what is said of large objects. */
export function withoutLargeObjects(catalog: Catalog): Catalog {
  const isOther = ({ objectKind }: Pick<Comment | Grant, 'objectKind'>): boolean =>
    !/^large ?object$/i.test(objectKind);
  return {
    ...catalog,
    comments: catalog.comments.filter(isOther),
    grants: catalog.grants.filter((grant) => grant.kind === 'default-privileges' || isOther(grant)),
  };
}
