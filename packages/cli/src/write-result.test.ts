import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkWritable, writeWhole } from './write-result.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shardwright-write-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('writing a report', () => {
  it('replaces the file and leaves nothing beside it', async () => {
    const path = join(directory, 'report.html');
    await writeFile(path, 'old');
    await writeWhole(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(directory)).toEqual(['report.html']);
  });

  it('writes through a symbolic link', async () => {
    await writeFile(join(directory, 'real.html'), 'old');
    await symlink(join(directory, 'real.html'), join(directory, 'link.html'));
    await writeWhole(join(directory, 'link.html'), 'new');
    expect(await readFile(join(directory, 'real.html'), 'utf8')).toBe('new');
  });

  it('writes to a device without replacing it', async () => {
    await checkWritable('/dev/null');
    await writeWhole('/dev/null', 'gone');
  });

  it('refuses a directory and a place that is not there, before any work', async () => {
    await mkdir(join(directory, 'sub'));
    await expect(checkWritable(join(directory, 'sub'))).rejects.toThrow('it is a directory');
    await expect(checkWritable(join(directory, 'none', 'report.html'))).rejects.toMatchObject({
      message: expect.stringContaining('there is no directory'),
      hint: `create it first: mkdir -p ${join(directory, 'none')}`,
    });
  });

  it('leaves no part of a report behind when writing fails', async () => {
    await expect(writeWhole(join(directory, 'none', 'report.html'), 'x')).rejects.toThrow(
      'cannot write the report',
    );
    expect(await readdir(directory)).toEqual([]);
  });
});
