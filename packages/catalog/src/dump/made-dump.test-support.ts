import { type ProgressEvent, quietContext } from '@shardwright/core';
import type { Catalog } from '../model/catalog.ts';
import { CatalogBuilder } from '../statements/catalog-builder.ts';
import { DumpFeed } from './dump-feed.ts';
import type { DumpSource } from './dump-source.ts';

/** A dump made of parts; the parts may be made while they are read. */
export function sourceOf(parts: Iterable<string>, pieceBytes: number): DumpSource {
  const iterator = parts[Symbol.iterator]();
  let rest: Buffer = Buffer.alloc(0);
  return {
    label: 'made.sql',
    doneBytes: () => 0,
    read: async (target) => {
      while (rest.length === 0) {
        const next = iterator.next();
        if (next.done === true) return 0;
        rest = Buffer.from(next.value);
      }
      const copied = rest.copy(target, 0, 0, Math.min(rest.length, pieceBytes));
      rest = rest.subarray(copied);
      return copied;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** The catalog of such a dump. */
export async function readMade(
  parts: Iterable<string>,
  options: {
    readonly pieceBytes?: number;
    readonly sampleRows?: number;
    readonly emit?: (event: ProgressEvent) => void;
  } = {},
): Promise<Catalog> {
  const { pieceBytes = 1 << 20, emit = () => {}, ...rest } = options;
  const builder = new CatalogBuilder({ kind: 'dump', label: 'made.sql' });
  const feed = new DumpFeed(sourceOf(parts, pieceBytes), builder, {
    ...rest,
    context: quietContext({ emit }),
  });
  return builder.finish(await feed.run());
}
