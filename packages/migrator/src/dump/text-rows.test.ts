import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { valueHash } from '@shardwright/hashing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chunkCount, readChunks } from './read-chunks.ts';
import { asMessage, inUtf8, manyRowsRouter, messageHeaderBytes, partNulls } from './text-rows.ts';

function chunkOf(text: string, encoding: BufferEncoding = 'utf8'): Buffer {
  return Buffer.concat([Buffer.alloc(messageHeaderBytes), Buffer.from(text, encoding)]);
}

const textOf = (bytes: Buffer): string => bytes.toString('utf8', messageHeaderBytes);

describe('rows of COPY text', () => {
  test('end with newlines that no backslash makes part of a value', () => {
    const { message, rows } = asMessage(chunkOf('1\ta\\\nb\n2\tc\\\\\n\n'));
    expect(rows).toBe(3);
    expect(message.readUInt32BE(1)).toBe(message.length - 1);
  });

  test('without a key are parted from the others', () => {
    const rows = asMessage(chunkOf('1\t\\N\n\\N\tx\n2\t\\\\N\n\\N\ty\n'));
    const { others, nulls } = partNulls(rows, 0);
    expect([textOf(others.message), others.rows]).toEqual(['1\t\\N\n2\t\\\\N\n', 2]);
    expect([textOf(nulls.message), nulls.rows]).toEqual(['\\N\tx\n\\N\ty\n', 2]);
    expect(partNulls(rows, 1).nulls.rows).toBe(1);
  });

  test('have the hashes of their keys, wherever these stand', () => {
    const hash = valueHash('text');
    if (!hash) throw new RangeError('text is hashed');
    const { message } = asMessage(chunkOf('1\ta\\tb\tx\n2\tä\ty\n'));
    const found: [number, string][] = [];
    manyRowsRouter(1, hash)({ bytes: message, start: 0, end: message.length }, (value, bytes, start, end) => {
      found.push([value, bytes.toString('utf8', start, end)]);
    });
    expect(found).toEqual([
      [hash('a\tb'), '1\ta\\tb\tx\n'],
      [hash('ä'), '2\tä\ty\n'],
    ]);
  });

  test('in Latin-1 are sent in UTF-8', () => {
    expect(textOf(inUtf8(chunkOf('ü\t1\n', 'latin1'), 'LATIN1'))).toBe('ü\t1\n');
    expect(textOf(inUtf8(chunkOf('ü\t1\n'), 'UTF8'))).toBe('ü\t1\n');
  });
});

describe('chunks of a dump', () => {
  let directory = '';

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'shardwright-chunks-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const before = '-- SQL\n'.repeat(40_000);
  const first = Array.from({ length: 3000 }, (_, row) => `${row}\t${'x'.repeat(row % 70)}\n`).join('');
  const second = `1\n${'long'.repeat(20_000)}\n2\n3\n`;
  const text = `${before}${first}\\.\n${second}\\.\n`;
  const sections = [
    { start: before.length, end: before.length + first.length },
    { start: before.length + first.length + 3, end: text.length - 3 },
  ];

  async function chunksOf(
    file: string,
    chunkBytes: number,
    isWanted: (chunk: number) => boolean = () => true,
  ): Promise<readonly string[]> {
    const found: string[] = [];
    const cut = sections.map((place, index) => ({
      ...place,
      ...{ index, chunkBytes, isWanted, chunks: chunkCount(place.end - place.start, chunkBytes) },
    }));
    for await (const { of, chunk, bytes } of readChunks(file, cut)) {
      found.push(`${of.index}/${chunk} ${textOf(bytes)}`);
    }
    return found;
  }

  test.each([
    ['plain.sql', Buffer.from(text)],
    ['packed.sql.gz', gzipSync(text)],
  ])('hold every row once and in order, in %s', async (name, bytes) => {
    const file = path.join(directory, name);
    await writeFile(file, bytes);
    for (const chunkBytes of [150, 1000, 65_536, 10_000_000]) {
      const chunks = await chunksOf(file, chunkBytes);
      const joined = chunks.map((chunk) => chunk.replace(/^\d+\/\d+ /, '')).join('');
      expect(joined === first + second, `${chunkBytes}`).toBe(true);
      expect(chunks.every((chunk) => / $|\n$/.test(chunk))).toBe(true);
    }
  });

  test('are the same when others are left out', async () => {
    const file = path.join(directory, 'again.sql');
    await writeFile(file, text);
    const all = await chunksOf(file, 1000);
    const some = await chunksOf(file, 1000, (chunk) => chunk % 7 === 3);
    expect(some.length).toBeGreaterThan(10);
    expect(some).toEqual(all.filter((chunk) => Number(/\/(\d+)/.exec(chunk)?.[1]) % 7 === 3));
  });

  test('of a file that has become shorter are refused', async () => {
    const file = path.join(directory, 'short.sql');
    await writeFile(file, text.slice(0, before.length + 500));
    await expect(chunksOf(file, 1000)).rejects.toThrow(/not what it was/);
  });
});
