import { nameKey, type QualifiedName } from '@shardwright/core';

const keys = new WeakMap<QualifiedName, string>();

/** {@link nameKey}, remembered per object: each rule asks for the same 5,000 tables, and quoting is what costs. */
export function keyOf(name: QualifiedName): string {
  let key = keys.get(name);
  if (key === undefined) {
    key = nameKey(name);
    keys.set(name, key);
  }
  return key;
}
