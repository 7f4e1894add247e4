import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { dropCitusDatabase } from '../database/citus-database.ts';
import { noteAbandonedDatabase } from './abandoned-databases.ts';
import { type LastWill, revocation } from './last-will.ts';

const quietMs = 2_000;
const longestMs = 60_000;

// A program of its own: its standard input ends when whoever left the will ends, and then it executes it.
const lines: string[] = [];
for await (const line of createInterface({ input: process.stdin })) {
  lines.push(line);
  if (lines.length === 1) process.stdout.write('read\n');
}
const [text, revoked] = lines;
if (text !== undefined && revoked !== revocation) await execute(JSON.parse(text));
// A container engine's client keeps connections open.
process.exit();

async function execute(will: LastWill): Promise<void> {
  switch (will.kind) {
    case 'drop Citus database':
      // Nobody is left to be told that a node is down.
      return dropCitusDatabase(will.nodes, will.database).catch(() => noteAbandonedDatabase(will));
    case 'remove containers':
      return removeUntilQuiet(will.cluster);
    default:
      return will satisfies never;
  }
}

/**
 * An engine may still be carrying out what it was asked for last: it has to make nothing new for a while. What is left
 * where it does not answer, or goes on for more than a minute, `findAbandonedContainers` finds by its labels.
 */
async function removeUntilQuiet(cluster: string): Promise<void> {
  const { findContainerEngine } = await import('../containers/container-engine.ts');
  const { removeContainers } = await import('../containers/removal.ts');
  const found = await findContainerEngine();
  if (!found.reachable) return;
  const start = performance.now();
  for (let quietSince = start; performance.now() - quietSince < quietMs; ) {
    // What is still being made cannot be removed yet.
    const removed = await removeContainers(found.engine, cluster).catch(() => 1);
    if (removed > 0 && performance.now() - start < longestMs) quietSince = performance.now();
    await delay(100);
  }
}
