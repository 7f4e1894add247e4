import { EnvironmentError, UsageError } from '@shardwright/core';
import { expect, test } from 'vitest';
import { describeProvider, findProvider } from './provider.ts';

const url = 'postgres://postgres:secret@coordinator:5432/postgres';

test('CITUS_PROVIDER picks a provider over those that come before it', async () => {
  const source = await findProvider({
    env: { ...process.env, CITUS_PROVIDER: 'existing', CITUS_URL: url },
  });
  expect(source).toEqual({ kind: 'existing', url });
});

test('a provider that is asked for by name is not replaced by another', async () => {
  const env = { PG_BIN: undefined, PATH: '', CITUS_URL: url, CITUS_PROVIDER: 'existing' };
  await expect(findProvider({ env: { ...env, CITUS_URL: '' } })).rejects.toThrow(EnvironmentError);
  await expect(findProvider({ env: { ...env, CITUS_URL: '' } })).rejects.toThrow('CITUS_URL is not set');
});

test('a provider that does not exist is refused by name', async () => {
  await expect(findProvider({ env: { CITUS_PROVIDER: 'moon' } })).rejects.toThrow(UsageError);
  await expect(findProvider({ env: { CITUS_PROVIDER: 'moon' } })).rejects.toThrow('named moon');
});

test("an existing cluster is described without its URL's password", () => {
  expect(describeProvider({ kind: 'existing', url })).not.toContain('secret');
});
