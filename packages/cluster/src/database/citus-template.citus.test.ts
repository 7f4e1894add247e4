import { connect } from '@shardwright/postgres';
import { expect, inject, test } from 'vitest';
import { startCluster } from '../start-cluster.ts';
import { copyCitusDatabase, createCitusTemplate } from './citus-template.ts';
import { databaseUrl } from './database-url.ts';

test('a copy starts without transactions of its template, which its maintenance daemon would have to clear away', async (context) => {
  const provider = inject('citusProvider');
  if (provider.kind === 'existing') return context.skip('the settings of CITUS_URL are not ours to choose');
  // No daemon clears anything away here, so that what is left shows.
  const coordinator = { 'citus.recover_2pc_interval': '-1' };
  await using cluster = await startCluster({ provider, workers: 1, settings: { coordinator } });
  await createCitusTemplate(cluster.nodes, 'model');
  await copyCitusDatabase(cluster.nodes, 'model', 'copy');
  await using connection = await connect(databaseUrl(cluster.url(), 'copy'));
  expect(await connection.query('SELECT groupid, gid FROM pg_dist_transaction')).toEqual([]);
});
