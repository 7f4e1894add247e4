import { exitCode } from '@shardwright/core';
import { expect, test } from 'vitest';
import type { Command } from './command.ts';
import { runInProcess, type Scene } from './in-process.test-support.ts';
import type { Program } from './program.ts';

/** A program whose only command does what a test wants to see. */
function run(work: Command['run'], words: readonly string[] = [], scene: Scene = {}) {
  const options = {
    yes: { type: 'boolean' },
    json: { type: 'boolean' },
    quiet: { type: 'boolean' },
  } as const;
  const program: Program = {
    name: 'demo',
    purpose: 'Show.',
    options,
    progress: (args) => (args.flag('json') ? 'json' : 'auto'),
    readByProgram: (argv) => argv.includes('--json'),
    commands: [{ usage: 'act', summary: 'Act.', load: async () => ({ description: 'Acts.', run: work }) }],
  };
  return runInProcess(program, ['act', ...words], scene);
}

const steering = '\u001b[2J\u202e';

test('no name steers the terminal, and colours stay', async () => {
  const { stdout, stderr } = await run(
    async (_args, io) => {
      await io.print(`${io.paint.good('fine')} ${steering}\n`);
      await io.printFields([[`a${steering}`, `b${steering}`]]);
      await io.printTable([{ title: 'T' }], [[steering]]);
      await io.printJson({ name: steering });
      await io.note(`note ${steering}`);
      return exitCode.yes;
    },
    [],
    { columns: 80, color: true },
  );
  expect(stdout).toContain('\u001b[32mfine\u001b[39m \\u001b[2J\\u202e\n');
  const texts = stdout.replaceAll('\u001b[32m', '').replaceAll('\u001b[39m', '') + stderr;
  const plain = texts.replaceAll('\u001b[2m', '').replaceAll('\u001b[22m', '');
  for (const raw of ['\u001b', '\u202e']) expect(plain).not.toContain(raw);
});

test('a password that a run has met is printed only where it was asked for', async () => {
  const { stdout, stderr } = await run(async (_args, io) => {
    io.secrets.addUrl('postgres://anna:s3cr3t-word@db/shop');
    await io.print('s3cr3t-word\n');
    await io.printTable([{ title: 'T' }], [['s3cr3t-word']]);
    await io.printJson({ url: 'postgres://anna:s3cr3t-word@db/shop' });
    await io.note('s3cr3t-word');
    await io.print('asked: s3cr3t-word\n', { secrets: 'shown' });
    return exitCode.yes;
  });
  expect((stdout + stderr).match(/.*s3cr3t-word.*/g)).toEqual(['asked: s3cr3t-word']);
});

test('columns stay within the terminal, and are whole where they are piped', async () => {
  const wide = 'x'.repeat(200);
  const list: Command['run'] = async (_args, io) => {
    await io.printTable([{ title: 'Name', shrinks: true }, { title: 'Size' }], [[wide, '1 kB']]);
    return exitCode.yes;
  };
  const { stdout } = await run(list, [], { columns: 60 });
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  expect((await run(list)).stdout).toContain(`${wide}  1 kB`);
});

test('a confirmation is a yes on the terminal or --yes, and nothing else', async () => {
  const ask: Command['run'] = async (_args, io) =>
    (await io.confirm('Drop it?')) ? exitCode.yes : exitCode.no;
  expect((await run(ask, ['--yes'])).code).toBe(0);
  for (const typed of ['y\n', 'YES\n']) expect((await run(ask, [], { typed })).code).toBe(0);
  for (const typed of ['n\n', '\n', 'yesterday\n']) {
    expect(await run(ask, [], { typed })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Nothing was changed.'),
    });
  }
  expect(await run(ask)).toMatchObject({
    code: 2,
    stderr:
      'demo: this needs a confirmation, and there is no terminal to ask on\nhint: Drop it? If so, repeat the command with --yes.\n',
  });
});

test('the end of the terminal is a no', async () => {
  const ask: Command['run'] = async (_args, io) =>
    (await io.confirm('Drop it?')) ? exitCode.yes : exitCode.no;
  expect(await run(ask, [], { typed: '' })).toMatchObject({ code: 1 });
});

test('what a long command does stands above it', async () => {
  const long = `demo next ${'x'.repeat(60)}`;
  const tell: Command['run'] = async (_args, io) => {
    await io.suggest([
      [long, 'Go on'],
      ['demo undo', 'Take it back'],
    ]);
    return exitCode.yes;
  };
  expect((await run(tell)).stderr).toBe(`\n  Go on:\n    ${long}\n  Take it back:\n    demo undo\n`);
});

test('words go to people and events to programs', async () => {
  const tell: Command['run'] = async (_args, io) => {
    await io.note('Wrote it.', { kind: 'written', path: 'a' });
    await io.suggest([['demo next', 'goes on']]);
    return exitCode.yes;
  };
  expect((await run(tell)).stderr).toBe('Wrote it.\n\n  demo next  goes on\n');
  expect((await run(tell, ['--json'])).stderr).toBe('{"kind":"written","path":"a"}\n');
  expect((await run(tell, ['--quiet'])).stderr).toBe('');
});
