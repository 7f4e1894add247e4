import { findProvider, listCitusNodes, prepareCitusImage, startCluster } from '@shardwright/cluster';
import type { TestProject } from 'vitest/node';

const workers = 2;

/** One cluster of two workers for all files of the citus tier; its coordinator serves plain databases too. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const found = await findProvider();
  // Built once, so that the clusters of single files start from it at once.
  const provider = found.kind === 'containers' ? { ...found, image: await prepareCitusImage() } : found;
  project.provide('citusProvider', provider);
  if (provider.kind === 'existing') {
    project.provide('postgresUrl', provider.url);
    project.provide('citusNodes', await listCitusNodes(provider.url));
    return async () => {};
  }
  if (provider.kind === 'local') project.provide('postgresBin', provider.installation.binDirectory);
  const cluster = await startCluster({ provider, workers });
  project.provide('postgresUrl', cluster.url());
  project.provide(
    'citusNodes',
    cluster.nodes.map(({ name, port, url }) => ({ name, port, url })),
  );
  return async () => {
    await cluster[Symbol.asyncDispose]();
  };
}
