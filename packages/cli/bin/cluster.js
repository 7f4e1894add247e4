#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// The commands are TypeScript: `npm ci` compiles them into dist.
const program = new URL('../dist/cluster.js', import.meta.url);
if (existsSync(fileURLToPath(program))) {
  const { run } = await import(program.href);
  await run();
} else {
  process.stderr.write(
    'cluster: the program is not built yet\nhint: run `npm ci` in the repository first.\n',
  );
  process.exitCode = 4;
}
