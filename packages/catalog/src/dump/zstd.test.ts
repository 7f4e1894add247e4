import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decompressZstd } from './zstd.ts';

/** A frame of one uncompressed block, or one that is to be skipped. */
function frame(text: string, isSkipped: boolean): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.from(isSkipped ? '502a4d1800000000' : '28b52ffd0058000000', 'hex');
  if (isSkipped) header.writeUInt32LE(content.length, 4);
  else header.writeUIntLE((content.length << 3) | 1, 6, 3);
  return Buffer.concat([header, content]);
}

async function* inPieces(data: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

async function decompressed(data: Buffer, size: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of decompressZstd(inPieces(data, size))) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const frames = fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 30 }), fc.boolean()), {
  minLength: 1,
  maxLength: 5,
});

test('all frames are read, wherever the pieces end', async () => {
  await fc.assert(
    fc.asyncProperty(frames, fc.integer({ min: 1, max: 40 }), async (parts, size) => {
      const data = Buffer.concat(parts.map(([text, isSkipped]) => frame(text, isSkipped)));
      const kept = parts.filter(([, isSkipped]) => !isSkipped).map(([text]) => text);
      expect(await decompressed(data, size)).toBe(kept.join(''));
    }),
  );
});

test('data that ends within a frame is refused', async () => {
  await fc.assert(
    fc.asyncProperty(frames, fc.nat(), async (parts, lost) => {
      const all = parts.map(([text, isSkipped]) => frame(text, isSkipped));
      const last = all.at(-1)?.length ?? 0;
      const data = Buffer.concat(all);
      const cut = data.subarray(0, data.length - 1 - (lost % (last - 1)));
      await expect(decompressed(cut, 16)).rejects.toThrow('unexpected end of file');
    }),
  );
});
