import { createInterface } from 'node:readline/promises';
import { dropCitusDatabase } from '../database/citus-database.ts';
import { type LastWill, revocation } from './last-will.ts';

// A program of its own: its standard input ends when whoever left the will ends, and then it executes it.
const lines: string[] = [];
for await (const line of createInterface({ input: process.stdin })) {
  lines.push(line);
  if (lines.length === 1) process.stdout.write('read\n');
}
const [text, revoked] = lines;
if (text !== undefined && revoked !== revocation) await execute(JSON.parse(text));

async function execute(will: LastWill): Promise<void> {
  switch (will.kind) {
    case 'drop Citus database':
      return dropCitusDatabase(will.nodes, will.database);
    default:
      return will.kind satisfies never;
  }
}
