import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url);

/** The table of packages in docs/architecture.md: name → what it may import. */
function documentedImports(): Map<string, string[]> {
  const page = readFileSync(new URL('docs/architecture.md', root), 'utf8');
  const rows = page.matchAll(/^\| (\w+) \| [^|]+ \| ([^|]+) \|$/gm);
  return new Map(
    [...rows]
      .filter(([, name]) => name !== 'package')
      .map(([, name = '', imports = '']) => [name, imports.trim() === '–' ? [] : imports.trim().split(', ')]),
  );
}

/** What a package's manifest lists of the others. */
function declaredImports(name: string, field: 'dependencies' | 'devDependencies' = 'dependencies'): string[] {
  const manifest = JSON.parse(readFileSync(new URL(`packages/${name}/package.json`, root), 'utf8'));
  return Object.keys(manifest[field] ?? {})
    .filter((dependency) => dependency.startsWith('@shardwright/'))
    .map((dependency) => dependency.slice('@shardwright/'.length));
}

test('every package is in the table of docs/architecture.md', () => {
  const packages = readdirSync(new URL('packages', root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  expect([...documentedImports().keys()].sort()).toEqual(packages.sort());
});

test('packages import what the table says, and only from rows above their own', () => {
  const documented = documentedImports();
  const above: string[] = [];
  for (const [name, imports] of documented) {
    expect(declaredImports(name).sort(), name).toEqual([...imports].sort());
    expect(above, `${name} imports downwards`).toEqual(expect.arrayContaining(imports));
    above.push(name);
  }
});

test('sources import only what their manifest lists', () => {
  for (const name of documentedImports().keys()) {
    const folder = new URL(`packages/${name}/src/`, root);
    const allowed = declaredImports(name);
    const allowedInTests = [...allowed, ...declaredImports(name, 'devDependencies')];
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const text = readFileSync(new URL(file, folder), 'utf8');
      const imports = [...text.matchAll(/from '@shardwright\/(\w+)'/g)].map(([, imported]) => imported);
      const isTest = /\.test(-support)?\.ts$/.test(file);
      expect(isTest ? allowedInTests : allowed, `packages/${name}/src/${file}`).toEqual(
        expect.arrayContaining(imports),
      );
    }
  }
});
