import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { databaseUrl, findInstallation } from '@shardwright/cluster';
import { connect } from '@shardwright/postgres';
import type { CitusTestDatabase } from '@shardwright/testing';

/** What pg_dump says of every node, shards too, and what Citus has written down there. */
export async function nodeStates({ nodes, name }: CitusTestDatabase): Promise<readonly string[]> {
  const installation = await findInstallation({ withExtension: 'citus' });
  const pgDump = installation ? `${installation.binDirectory}/pg_dump` : 'pg_dump';
  return await Promise.all(
    nodes.map(async (node) => {
      const url = databaseUrl(node.url, name);
      // Citus else hides shards.
      const env = { ...process.env, PGOPTIONS: '-c citus.override_table_visibility=off' };
      const { stdout } = await promisify(execFile)(pgDump, [url], { env, maxBuffer: 1e8 });
      await using connection = await connect(url);
      const [notes] = await connection.query<{ notes: string }>(citusNotes);
      return `${stdout.replaceAll(/^\\(un)?restrict .*$/gm, '')}\n${notes?.notes}`;
    }),
  );
}

const citusNotes = `
  SELECT coalesce(string_agg(note, E'\\n' ORDER BY note), '') AS notes FROM (
    SELECT 'distributed ' || logicalrelid::text FROM pg_dist_partition
    UNION ALL SELECT 'shard ' || shardid FROM pg_dist_shard
    UNION ALL SELECT 'placement ' || placementid FROM pg_dist_placement
    UNION ALL SELECT 'group ' || colocationid FROM pg_dist_colocation
    UNION ALL SELECT 'leftover ' || record_id FROM pg_dist_cleanup
    UNION ALL SELECT concat_ws(' ', 'object', o.type, o.identity)
      FROM pg_dist_object, pg_identify_object(classid, objid, objsubid) o
      WHERE o.type NOT IN ('role', 'database') AND o.identity NOT IN ('public', 'plpgsql')
  ) AS notes(note)`;
