import { EnvironmentError } from '@shardwright/core';
import type { NodeHost } from '../named/node-host.ts';

const refuse = async (): Promise<never> => {
  throw new EnvironmentError('named clusters in containers are not there yet', {
    hint: 'Use --provider local.',
  });
};

/** Runs the nodes of named clusters in containers that outlive this process. */
export const containerHost: NodeHost = { create: refuse, open: refuse, removeNode: refuse, remove: refuse };
