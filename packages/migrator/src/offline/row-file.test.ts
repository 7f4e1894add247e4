import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compressions } from './compression.ts';
import { RowFile, readRowFile } from './row-file.ts';

const scratch = mkdtempSync(join(tmpdir(), 'shardwright-row-file-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** As a server sends a row. */
function message(text: string): { readonly bytes: Buffer; readonly start: number; readonly end: number } {
  const content = Buffer.from(text);
  const bytes = Buffer.alloc(content.length + 5, 'd');
  bytes.writeUInt32BE(content.length + 4, 1);
  content.copy(bytes, 5);
  return { bytes, start: 0, end: bytes.length };
}

test.for(compressions)('what is written is read again, compression %s', async (compression) => {
  const path = join(scratch, compression);
  const file = await RowFile.begin(path, compression);
  const rows = Array.from({ length: 50_000 }, (_, index) => `row ${index}\n`);
  for (const row of rows) await file.write(message(row));
  expect(readdirSync(scratch)).toContain(`${compression}.part`);
  const written = { name: compression, rows: rows.length, ...(await file.end()) };
  expect(readdirSync(scratch)).not.toContain(`${compression}.part`);
  let text = '';
  for await (const piece of readRowFile(path, written, compression)) text += piece.toString();
  expect(text === rows.join('')).toBe(true);
});

test.for(compressions)('a full disk is told, and no file is left, compression %s', async (compression) => {
  const path = join(scratch, `full-${compression}`);
  symlinkSync('/dev/full', `${path}.part`);
  const file = await RowFile.begin(path, compression);
  const writing = async (): Promise<void> => {
    for (let row = 0; row < 20_000; row += 1) await file.write(message(`${Math.sin(row)}`.repeat(20)));
    await file.end();
  };
  await expect(writing()).rejects.toThrow(`cannot write ${path}: the disk is full`);
  await file.discard();
  expect(readdirSync(scratch).filter((name) => name.startsWith('full'))).toEqual([]);
});
