import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EnvironmentError } from '@shardwright/core';
import { beforeEach, expect, inject, test } from 'vitest';
import { describeProvider, findProvider } from '../provider.ts';
import { findCitusImage, prepareCitusImage } from './citus-image.ts';
import { connectContainerEngine } from './container-engine.ts';
import { buildImage, imageTagOf } from './image-build.ts';

const provider = inject('citusProvider');
// Nothing listens on port 1.
const nowhere = 'localhost:1/citus:none';

beforeEach((context) => {
  if (provider.kind !== 'containers') context.skip('no containers are started here');
});

async function withDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sw-image-'));
  try {
    await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const withDockerfile = (lines: readonly string[], use: (directory: string) => Promise<void>) =>
  withDirectory(async (directory) => {
    await writeFile(path.join(directory, 'Dockerfile'), `${lines.join('\n')}\n`);
    await use(directory);
  });

test('an image that cannot be pulled is told by name, with what to do', async () => {
  const refusal = prepareCitusImage({ CITUS_IMAGE: nowhere });
  await expect(refusal).rejects.toThrow(EnvironmentError);
  await expect(refusal).rejects.toMatchObject({
    message: expect.stringMatching(
      /localhost:1\/citus:none, which CITUS_IMAGE names,.*cannot be pulled: .*refused/,
    ),
    hint: expect.stringContaining('CITUS_IMAGE'),
  });
});

test('an image that the engine has is taken as it is', async () => {
  if (provider.kind !== 'containers' || provider.image === undefined) throw new Error('no image');
  const engine = await connectContainerEngine();
  const env = { CITUS_IMAGE: provider.image };
  expect(await findCitusImage(engine, env)).toEqual({ name: provider.image, present: true });
  expect(await prepareCitusImage(env)).toBe(provider.image);
});

test('an engine that has yet to get its image comes after CITUS_URL, and before nothing', async () => {
  await withDirectory(async (directory) => {
    // A PostgreSQL without Citus, so that no local cluster comes first.
    const program = "#!/bin/sh\necho 'postgres (PostgreSQL) 17.0'\n";
    for (const name of ['postgres', 'initdb']) {
      await writeFile(path.join(directory, name), program, { mode: 0o755 });
    }
    const env = { ...process.env, CITUS_PROVIDER: '', PG_BIN: directory, CITUS_IMAGE: nowhere };
    const url = 'postgres://coordinator/postgres';
    expect(await findProvider({ env: { ...env, CITUS_URL: url } })).toEqual({ kind: 'existing', url });
    const last = await findProvider({ env: { ...env, CITUS_URL: '' } });
    expect(last.kind).toBe('containers');
    expect(last).not.toHaveProperty('image');
    expect(describeProvider(last)).toContain('not there yet');
  });
});

test('a build that fails says in which step and why', async () => {
  if (provider.kind !== 'containers' || provider.image === undefined) throw new Error('no image');
  const lines = [`FROM ${provider.image}`, "RUN echo 'nothing works here'; exit 3"];
  const engine = await connectContainerEngine();
  await withDockerfile(lines, async (directory) => {
    await expect(buildImage(engine, { directory, name: 'shardwright-test:broken' })).rejects.toThrow(
      /returned a non-zero code: 3[\s\S]*nothing works here/,
    );
  });
});

test('a built image has the tag asked for, which changes with its files', async () => {
  if (provider.kind !== 'containers' || provider.image === undefined) throw new Error('no image');
  const engine = await connectContainerEngine();
  await withDockerfile([`FROM ${provider.image}`, 'COPY Dockerfile /'], async (directory) => {
    const name = `shardwright-test:${await imageTagOf(directory)}`;
    const steps: string[] = [];
    await buildImage(engine, { directory, name, onStep: (step) => steps.push(step) });
    expect(steps).toEqual([`step 1 of 2, FROM ${provider.image}`, 'step 2 of 2, COPY Dockerfile /']);
    await engine.api.getImage(name).remove();
    await writeFile(path.join(directory, 'settings.conf'), '');
    expect(`shardwright-test:${await imageTagOf(directory)}`).not.toBe(name);
  });
});
