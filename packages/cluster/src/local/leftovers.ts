import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { listProcesses } from './process-table.ts';
import { ownerFile, scratchParent, scratchPrefix } from './scratch.ts';
import { serverFiles } from './server-directory.ts';
import { serverProcess } from './server-process.ts';

/** Directories of throw-away servers whose owner and guard have both gone: after a power cut, for one. */
export async function findAbandonedDirectories(): Promise<readonly string[]> {
  const parent = scratchParent();
  const names = await readdir(parent).catch(() => []);
  const processes = await listProcesses();
  const candidates = names
    .filter((name) => name.startsWith(scratchPrefix))
    .map((name) => path.join(parent, name));
  const abandoned = await Promise.all(
    candidates.map(async (directory) => {
      const guarded = processes.some(({ command }) => command.includes(`shardwright-guard ${directory}`));
      return guarded ? false : await isAbandoned(directory);
    }),
  );
  return candidates.filter((_, index) => abandoned[index]);
}

/** Whether whoever made a directory runs no more. False for directories that are not ours or hide who that was. */
export async function isAbandoned(directory: string): Promise<boolean> {
  const owner = Number(await readFile(path.join(directory, ownerFile), 'utf8').catch(() => 'unknown'));
  const processes = await listProcesses();
  return owner > 0 && !processes.some(({ pid }) => pid === owner);
}

/** Removes a directory of throw-away servers, with what still runs in it. */
export async function removeAbandonedDirectory(directory: string): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  for (const entry of entries.filter((one) => one.isDirectory())) {
    const server = serverProcess({
      title: `the server in ${directory}`,
      binDirectory: '',
      ...serverFiles(path.join(directory, entry.name)),
      run: () => {
        throw new Error('what was abandoned is not started again');
      },
    });
    if ((await server.pid()) !== undefined) await server.kill();
  }
  await rm(directory, { recursive: true, force: true });
}
