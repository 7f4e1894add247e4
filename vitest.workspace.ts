import { defineConfig } from 'vitest/config';

/**
 * One vitest project per tier; a test file's suffix says what it needs:
 * `x.test.ts` nothing, `x.postgres.test.ts` a PostgreSQL server, `x.citus.test.ts` Citus,
 * `x.browser.test.ts` Chromium. `npm test` picks the tiers this machine can run.
 */
const tiers = ['postgres', 'citus', 'browser'] as const;

// Starts what all files of a tier share; see testDatabase() and citusDatabase().
const globalSetups: Readonly<Record<string, string>> = {
  postgres: 'packages/testing/src/postgres.global-setup.ts',
  citus: 'packages/testing/src/citus.global-setup.ts',
};

const project = (name: string, include: string[], exclude: string[] = []) => ({
  extends: true as const,
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
    ...(globalSetups[name] === undefined ? {} : { globalSetup: [globalSetups[name]] }),
    ...(name === 'unit' ? {} : { testTimeout: 120_000, hookTimeout: 120_000 }),
  },
});

export default defineConfig({
  // Tests run against the sources, not against dist.
  ssr: { resolve: { conditions: ['source', 'module', 'node', 'development|production'] } },
  resolve: { conditions: ['source', 'module', 'node', 'development|production'] },
  test: {
    testTimeout: 30_000,
    maxWorkers: 2,
    projects: [
      project(
        'unit',
        ['packages/*/src/**/*.test.ts'],
        tiers.map((tier) => `**/*.${tier}.test.ts`),
      ),
      ...tiers.map((tier) => project(tier, [`packages/*/src/**/*.${tier}.test.ts`])),
    ],
  },
});
