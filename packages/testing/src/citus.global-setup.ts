import {
  type CitusCluster,
  listCitusNodes,
  prepareCitusImage,
  startCitus,
  startCitusContainers,
} from '@shardwright/cluster';
import type { TestProject } from 'vitest/node';
import { requireCitus } from './citus-source.ts';

const workers = 2;

/** One cluster of two workers for all files of the citus tier; its coordinator serves plain databases too. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const source = await requireCitus();
  if (source.kind === 'existing') {
    project.provide('postgresUrl', source.url);
    project.provide('citusNodes', await listCitusNodes(source.url));
    return async () => {};
  }
  let cluster: CitusCluster;
  if (source.kind === 'local') {
    project.provide('postgresBin', source.installation.binDirectory);
    cluster = await startCitus({ installation: source.installation, workers });
  } else {
    const image = await prepareCitusImage();
    project.provide('citusImage', image);
    cluster = await startCitusContainers({ image, workers });
  }
  project.provide('postgresUrl', cluster.url());
  project.provide('citusNodes', cluster.nodes);
  return async () => {
    await cluster[Symbol.asyncDispose]();
  };
}
