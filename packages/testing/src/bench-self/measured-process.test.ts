import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeTemporaryDirectory } from '@shardwright/cluster';
import { expect, test } from 'vitest';
import { measureNodeProgram, measureProgram } from './measured-process.ts';

test('the CPU time of a program counts that of what it started, its exit code is its own', async () => {
  // The condition is CPU time itself: a loop ends once the kernel has charged it for some.
  const script = `const start = process.cpuUsage(); while (process.cpuUsage(start).user < 200_000); process.exit(3)`;
  const run = await measureProgram('/bin/sh', ['-c', `"${process.execPath}" -e '${script}'; exit $?`]);
  expect(run.exitCode).toBe(3);
  expect(run.cpuSeconds).toBeGreaterThanOrEqual(0.2);
  expect(run.wallSeconds).toBeGreaterThanOrEqual(0.2);
});

test('a Node program tells its own peak of memory, freed memory included', async () => {
  await using scratch = await makeTemporaryDirectory();
  const program = path.join(scratch.path, 'program.cjs');
  await writeFile(
    program,
    'let block = Buffer.alloc(150_000_000, 1); block = undefined; console.error("done");',
  );
  const run = await measureNodeProgram(program, []);
  expect(run).toMatchObject({ exitCode: 0, stderr: 'done\n' });
  expect(run.peakResidentBytes).toBeGreaterThan(150_000_000);
  expect(run.peakResidentBytes).toBeLessThan(300_000_000);
});
