import { listCitusNodes, startCitus } from '@shardwright/cluster';
import type { TestProject } from 'vitest/node';
import { requireCitus } from './tiers.ts';

/** One cluster of two workers for all files of the citus tier; its coordinator serves plain databases too. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const source = await requireCitus();
  if (source.kind === 'existing') {
    project.provide('postgresUrl', source.url);
    project.provide('citusNodes', await listCitusNodes(source.url));
    return async () => {};
  }
  project.provide('postgresBin', source.installation.binDirectory);
  const cluster = await startCitus({ installation: source.installation, workers: 2 });
  project.provide('postgresUrl', cluster.url());
  project.provide('citusNodes', cluster.nodes);
  return async () => {
    await cluster[Symbol.asyncDispose]();
  };
}
