import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { throwAwayRoleSettings } from './role-settings.ts';

test("the image's settings are those that a coordinator is started with", async () => {
  const file = await readFile(new URL('../../../../docker/citus/settings.conf', import.meta.url), 'utf8');
  const lines = [...file.matchAll(/^([\w.]+) = '?([^'\n]*)'?$/gm)];
  const inImage = Object.fromEntries(lines.map(([, name = '', value]) => [name, value]));
  const settings = Object.entries(throwAwayRoleSettings('coordinator'));
  const ofServer = settings.filter(([name]) => !name.startsWith('citus.'));
  expect(inImage).toEqual(Object.fromEntries(ofServer.map(([name, value]) => [name, String(value)])));
});
