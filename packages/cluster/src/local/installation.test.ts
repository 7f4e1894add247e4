import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EnvironmentError } from '@shardwright/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findInstallation, inspectInstallation } from './installation.ts';

let place = '';

beforeAll(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'installation-'));
});

afterAll(() => rm(place, { recursive: true }));

/** A directory tree that looks like an installation; its `postgres` only tells a version. */
async function layOut(name: string, version: string, extensions: Readonly<Record<string, string>>) {
  const bin = path.join(place, name, 'bin');
  const share = path.join(place, name, 'share', 'postgresql', 'extension');
  await mkdir(bin, { recursive: true });
  await mkdir(share, { recursive: true });
  for (const program of ['postgres', 'initdb']) {
    const file = path.join(bin, program);
    await writeFile(file, `#!/bin/sh\necho "${program} (PostgreSQL) ${version}"\n`);
    await chmod(file, 0o755);
  }
  for (const [extension, its] of Object.entries(extensions)) {
    await writeFile(path.join(share, `${extension}.control`), `comment = 'x'\ndefault_version = '${its}'\n`);
  }
  return bin;
}

test('an installation tells its version and which extensions it has', async () => {
  const bin = await layOut('both', '16.2 (Debian 16.2-1)', { citus: '12.1-1', vector: '0.7.0' });
  expect(await inspectInstallation(bin)).toEqual({
    binDirectory: bin,
    version: '16.2',
    extensions: { citus: '12.1-1', vector: '0.7.0' },
  });
});

test('the first installation on PATH that has the extension asked for is taken', async () => {
  const plain = await layOut('plain', '18.1', {});
  const withCitus = await layOut('with-citus', '17.3', { citus: '13.2-1' });
  const env = { PATH: `${plain}:${withCitus}` };
  expect(await findInstallation({ withExtension: 'citus', env })).toMatchObject({ version: '17.3' });
  expect(await findInstallation({ env })).toMatchObject({ version: '18.1' });
});

test('PG_BIN alone counts when it is set', async () => {
  const plain = await layOut('named', '18.1', {});
  const withCitus = await layOut('ignored', '17.3', { citus: '13.2-1' });
  const env = { PG_BIN: plain, PATH: withCitus };
  expect(await findInstallation({ env })).toMatchObject({ version: '18.1' });
  expect(await findInstallation({ withExtension: 'citus', env })).toBeUndefined();
});

test('a PG_BIN without PostgreSQL is an error that names it', async () => {
  await expect(findInstallation({ env: { PG_BIN: place } })).rejects.toThrow(EnvironmentError);
  await expect(findInstallation({ env: { PG_BIN: place } })).rejects.toThrow(place);
});
