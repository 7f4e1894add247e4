import { startPostgres } from '@shardwright/cluster';
import type { TestProject } from 'vitest/node';
import { requirePostgres } from './tiers.ts';

/** One server for all files of the postgres tier. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const installation = await requirePostgres();
  const server = await startPostgres({ installation, settings: { max_connections: 200 } });
  project.provide('postgresBin', installation.binDirectory);
  project.provide('postgresUrl', server.url());
  return async () => {
    await server[Symbol.asyncDispose]();
  };
}
