import type { QualifiedName } from '@shardwright/core';

/** The name and nothing else of what carries one. */
export function nameOf({ schema, name }: QualifiedName): QualifiedName {
  return { schema, name };
}
