import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, runInProcess } from '../in-process.test-support.ts';
import { migrate } from '../migrate.ts';

const shop = `
CREATE TABLE companies (id bigint PRIMARY KEY, name text UNIQUE);
CREATE TABLE orders (id bigint PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies, total numeric);
`;

let directory: string;
const file = (name: string): string => join(directory, name);
const run = (...args: readonly string[]): Promise<Outcome> => runInProcess(migrate, args);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shardwright-plan-'));
  await writeFile(file('shop.sql'), shop);
  const analysis = await run(
    'analyze',
    file('shop.sql'),
    '--reference',
    'companies',
    '--out',
    file('analysis.json'),
  );
  expect(analysis.code).toBe(0);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const planFiles = [
  'README.md',
  'backfill.sql',
  'checks.sql',
  'migration.sql',
  'plan.json',
  'rollback.sql',
  'table-analysis.txt',
];

describe('migrate plan', () => {
  it('writes its files into a directory that it makes, and sums up', async () => {
    const planned = await run('plan', file('shop.sql'), '--out', file('made/here'));
    expect([planned.code, planned.stderr]).toEqual([0, expect.stringContaining('Wrote plan.json')]);
    expect(planned.stdout).toContain('Planned: 2 distributed');
    expect(planned.stdout).toContain('made/here/README.md');
    expect((await readdir(file('made/here'))).sort()).toEqual(planFiles);
    expect(await readFile(file('made/here/migration.sql'), 'utf8')).toContain('create_distributed_table');
  });

  it('writes nothing when no directory is named', async () => {
    const before = await readdir(directory);
    const planned = await run('plan', file('shop.sql'));
    expect(planned.stdout).toContain('Nothing was written');
    expect(await readdir(directory)).toEqual(before);
  });

  it('prints the plan itself for programs', async () => {
    const planned = await run('plan', file('shop.sql'), '--json', '--quiet', '--out', file('json'));
    expect(planned.stderr).toBe('');
    expect(planned.stdout).toBe(await readFile(file('json/plan.json'), 'utf8'));
    const plan = JSON.parse(planned.stdout);
    expect(plan).toMatchObject({ planVersion: '1.0', origin: { label: file('shop.sql') } });
    expect(plan.fingerprint.objects).toHaveProperty('table public.orders');
  });

  it('takes the decisions that analyze takes', async () => {
    const planned = await run(
      'plan',
      file('shop.sql'),
      '--json',
      '--reference',
      'companies',
      '--shards',
      '6',
    );
    const { tables, steps } = JSON.parse(planned.stdout);
    expect(tables).toMatchObject([{ kind: 'reference' }, { kind: 'distributed' }]);
    expect(JSON.stringify(steps)).toContain('shard_count => 6');
  });
});

describe('migrate plan of an analysis', () => {
  it('reads the source again and takes what was decided', async () => {
    const planned = await run('plan', file('analysis.json'), '--json');
    expect(planned.code).toBe(0);
    expect(JSON.parse(planned.stdout).tables).toMatchObject([{ kind: 'reference' }, { kind: 'distributed' }]);
  });

  it('answers no and lists what differs when the source has changed since', async () => {
    const later = `${shop.replace('total numeric', 'total bigint, note text')} CREATE TABLE added (id int);`;
    await writeFile(file('later.sql'), later);
    const args = ['plan', file('analysis.json'), '--source', file('later.sql'), '--out', file('refused')];
    const planned = await run(...args);
    expect(planned.code).toBe(1);
    expect(planned.stdout).toContain('3 objects differ, and no plan was made');
    expect(planned.stdout.match(/^ {2}[-+~] .*$/gm)).toEqual([
      '  + column public.orders.note',
      '  ~ column public.orders.total',
      '  + table public.added',
    ]);
    expect(await readdir(directory)).not.toContain('refused');
    const forPrograms = await run(...args, '--json');
    expect(forPrograms.code).toBe(1);
    expect(JSON.parse(forPrograms.stdout).changed).toHaveLength(3);
  });

  it('takes a source in other words, in another place', async () => {
    await writeFile(file('moved.sql'), `-- moved\n${shop.replaceAll('bigint', 'int8')}`);
    const planned = await run('plan', file('analysis.json'), '--source', file('moved.sql'), '--json');
    expect(planned.code).toBe(0);
    expect(JSON.parse(planned.stdout).origin.label).toBe(file('moved.sql'));
  });

  it('keeps to the schemas that were analysed', async () => {
    await writeFile(
      file('two.sql'),
      `${shop} CREATE SCHEMA other; CREATE TABLE other.notes (id int PRIMARY KEY);`,
    );
    await run('analyze', file('two.sql'), '--schema', 'other', '--out', file('other.json'));
    const planned = await run('plan', file('other.json'), '--json');
    expect(JSON.parse(planned.stdout).tables).toMatchObject([{ schema: 'other', name: 'notes' }]);
  });

  it.each([
    {
      args: ['--tenant', 'company_id'],
      message: /--tenant has no effect on an analysis/,
      hint: /migrate analyze/,
    },
    { args: ['--reference', 'orders'], message: /--reference has no effect/, hint: /migrate analyze/ },
    { args: ['--schema', 'public'], message: /--schema has no effect/, hint: /migrate analyze/ },
    { args: ['--source', 'no-such.sql'], message: /no-such\.sql/, hint: /./ },
  ])('refuses $args', async ({ args, message, hint }) => {
    expectFailure(await run('plan', file('analysis.json'), ...args), message, hint);
  });

  it('asks where the source is when that was standard input', async () => {
    const analysis = JSON.parse(await readFile(file('analysis.json'), 'utf8'));
    analysis.origin.label = '-';
    await writeFile(file('piped.json'), JSON.stringify(analysis));
    expectFailure(await run('plan', file('piped.json')), /does not tell where/, /--source/);
    expect((await run('plan', file('piped.json'), '--source', file('shop.sql'))).code).toBe(0);
  });

  it.each([
    { name: 'broken.json', content: '{"schemaVersion": "1.0",', message: /this is not JSON/ },
    { name: 'other.json', content: '{"a": 1}', message: /no analysis of version 1\.0/ },
    { name: 'future.json', content: '{"schemaVersion": "2.0"}', message: /no analysis of version 1\.0/ },
  ])('refuses $name', async ({ name, content, message }) => {
    await writeFile(file(name), content);
    expectFailure(await run('plan', file(name)), message, /migrate analyze/);
  });

  it('needs no --source for a dump', async () => {
    expectFailure(await run('plan', file('shop.sql'), '--source', file('shop.sql')), /no effect/, /leave/);
  });
});

describe('the directory of a plan', () => {
  it('is refused when it holds something else, before anything is read', async () => {
    await mkdir(file('mine'));
    await writeFile(file('mine/notes.txt'), 'mine');
    const planned = await run('plan', 'no-such.sql', '--out', file('mine'));
    expectFailure(planned, /holds something else: notes\.txt/, /--force/);
    expect(await readdir(file('mine'))).toEqual(['notes.txt']);
  });

  it('keeps what else it holds when that is forced', async () => {
    const planned = await run('plan', file('shop.sql'), '--out', file('mine'), '--force');
    expect(planned.code).toBe(0);
    expect((await readdir(file('mine'))).sort()).toEqual([...planFiles, 'notes.txt'].sort());
    expect(await readFile(file('mine/notes.txt'), 'utf8')).toBe('mine');
  });

  it('takes a new plan in the place of an old one', async () => {
    await run('plan', file('shop.sql'), '--out', file('again'));
    const planned = await run('plan', file('shop.sql'), '--out', file('again'), '--reference', 'companies');
    expect(planned.code).toBe(0);
    expect(await readFile(file('again/migration.sql'), 'utf8')).toContain('create_reference_table');
    expect((await readdir(file('again'))).sort()).toEqual(planFiles);
  });

  it('is no file', async () => {
    expectFailure(
      await run('plan', file('shop.sql'), '--out', file('shop.sql')),
      /no directory/,
      /directory/,
    );
  });

  it('is refused before anything is read when a file cannot be replaced', async () => {
    await mkdir(file('blocked/rollback.sql'), { recursive: true });
    const planned = await run('plan', 'no-such.sql', '--out', file('blocked'), '--force');
    expectFailure(planned, /rollback\.sql is a directory/, /new directory/);
    expect(await readdir(file('blocked'))).toEqual(['rollback.sql']);
  });

  it('is not left behind by a source that cannot be planned', async () => {
    await run('plan', 'no-such.sql', '--out', file('unborn'));
    expect(await readdir(directory)).not.toContain('unborn');
  });
});

function expectFailure({ code, stdout, stderr }: Outcome, message: RegExp, hint: RegExp): void {
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(new RegExp(`^hint: .*(?:${hint.source})`, 'm'));
  expect(stderr).not.toMatch(/internal error/);
}
