import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, inject } from 'vitest';
import { type CitusNode, dropCitusDatabase } from '../database/citus-database.ts';
import { copyCitusDatabase } from '../database/citus-template.ts';
import { databaseUrl } from '../database/database-url.ts';
import { type Coordinator, openCoordinator } from './coordinator.ts';

/** A Citus database of a test file's own on the run's cluster; the session is there once its tests run. */
export function testCoordinator(): {
  readonly nodes: readonly CitusNode[];
  readonly session: () => Coordinator;
} {
  const nodes = inject('citusNodes');
  const name = `test_${randomBytes(6).toString('hex')}`;
  let session: Coordinator | undefined;
  beforeAll(async () => {
    await copyCitusDatabase(nodes, inject('citusTemplate'), name);
    session = await openCoordinator(databaseUrl(nodes[0]?.url ?? '', name));
  });
  afterAll(async () => {
    await session?.end();
    await dropCitusDatabase(nodes, name);
  });
  return {
    nodes,
    session: () => {
      if (!session) throw new Error('asked for before the tests run');
      return session;
    },
  };
}
