import { quoteIdentifier } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import type { ClusterOptions } from '../cluster.ts';

/** Gives a Citus database the extensions and the content that a cluster is started with; both reach all nodes. */
export async function furnish(
  coordinatorUrl: string,
  { extensions = [], seed }: Pick<ClusterOptions, 'extensions' | 'seed'>,
): Promise<void> {
  if (extensions.length === 0 && seed === undefined) return;
  await using connection = await connect(coordinatorUrl);
  for (const extension of extensions) {
    await connection.query(`CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(extension)} CASCADE`);
  }
  if (seed !== undefined) await connection.query(seed);
}
