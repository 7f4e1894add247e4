import { randomBytes } from 'node:crypto';
import {
  createCitusTemplate,
  dropCitusDatabase,
  findProvider,
  listCitusNodes,
  prepareCitusImage,
  startCluster,
} from '@shardwright/cluster';
import type { TestProject } from 'vitest/node';

const workers = 2;

/** One cluster of two workers for all files of the citus tier; its coordinator serves plain databases too. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const found = await findProvider();
  // Built once, so that the clusters of single files start from it at once.
  const provider = found.kind === 'containers' ? { ...found, image: await prepareCitusImage() } : found;
  project.provide('citusProvider', provider);
  if (provider.kind === 'local') project.provide('postgresBin', provider.installation.binDirectory);
  const own = provider.kind === 'existing' ? undefined : await startCluster({ provider, workers });
  const url = provider.kind === 'existing' ? provider.url : (own?.url() ?? '');
  const nodes = own?.nodes ?? (await listCitusNodes(url));
  project.provide('postgresUrl', url);
  // Controls of a node are functions, which cannot pass to the tests' processes.
  project.provide(
    'citusNodes',
    nodes.map(({ name, port, url }) => ({ name, port, url })),
  );

  const template = `test_template_${randomBytes(6).toString('hex')}`;
  await createCitusTemplate(nodes, template);
  project.provide('citusTemplate', template);
  return async () => {
    if (own) await own[Symbol.asyncDispose]();
    else await dropCitusDatabase(nodes, template);
  };
}
