import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProcessOutcome, startCommand } from './process.test-support.ts';

/** The real command in a process of its own. */
const migrate = (args: readonly string[], input = ''): Promise<ProcessOutcome> =>
  startCommand('migrate', args, { directory, input }).ended;

const shop = `-- PostgreSQL database dump
CREATE TABLE public.companies (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE public.orders (id bigint PRIMARY KEY, company_id bigint NOT NULL REFERENCES public.companies, total numeric);
CREATE TABLE public.lines (id bigint PRIMARY KEY, company_id bigint NOT NULL REFERENCES public.companies,
  order_id bigint NOT NULL REFERENCES public.orders, amount numeric);
-- PostgreSQL database dump complete
`;

let directory: string;
const file = (name: string): string => join(directory, name);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shardwright-cli-'));
  await writeFile(file('shop.sql'), shop);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** A failure as the user should meet it: one message, one hint, the exit code, no stack, nothing on stdout. */
function expectFailure(
  run: ProcessOutcome,
  expected: { readonly code: number; readonly message: RegExp; readonly hint: RegExp },
): void {
  expect(run.stderr).toMatch(/^migrate: /m);
  expect(run.stderr).toMatch(expected.message);
  expect(run.stderr).toMatch(new RegExp(`^hint: .*(?:${expected.hint.source})`, 'm'));
  expect(run.stderr).not.toMatch(/^\s+at |node:internal|internal error/m);
  expect(run.stdout).toBe('');
  expect(run.code).toBe(expected.code);
}

describe('migrate', () => {
  it('prints its help and exits with 2 when nothing is asked', async () => {
    const run = await migrate([]);
    expect(run.stderr).toContain('migrate analyze <source>');
    expect(run.code).toBe(2);
  });

  it('prints help and version to standard output', async () => {
    const help = await migrate(['analyze', '--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain('pg_dump -s shop | migrate analyze -');
    const version = await migrate(['--version']);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    { args: ['analyze'], message: /analyze needs <source>/, hint: /A dump/ },
    { args: ['analyze', ''], message: /<source> needs a value/, hint: /A dump/ },
    { args: ['analyse', 'x'], message: /unknown command "analyse"/, hint: /migrate analyze/ },
    { args: ['analyze', 'x', '--fromat', 'html'], message: /unknown option --fromat/, hint: /--format/ },
    { args: ['analyze', 'x', '--format', 'pdf'], message: /--format does not know "pdf"/, hint: /html/ },
    { args: ['analyze', 'x', 'y'], message: /unexpected "y"/, hint: /need quotes/ },
    { args: ['analyze', 'x', '--nodes'], message: /--nodes needs a value/, hint: /--help/ },
    { args: ['analyze', 'x', '--distribute', 'orders'], message: /takes TABLE=COLUMN/, hint: /customer_id/ },
    { args: ['analyze', 'mysql://db/shop'], message: /cannot read from mysql:/, hint: /postgres:/ },
    { args: ['analyze', 'shop.sql', '--out', 'no/such/report.html'], message: /no directory/, hint: /mkdir/ },
  ])('refuses $args', async ({ args, message, hint }) => {
    expectFailure(await migrate(args), { code: 2, message, hint });
  });
});

describe('migrate analyze', () => {
  it('prints a summary to standard output and nothing else anywhere', async () => {
    const run = await migrate(['analyze', 'shop.sql']);
    expect(run.stderr).toBe('');
    expect(run.stdout).toMatch(/^ {2}orders +distributed +company_id/m);
    expect(run.code).toBe(0);
  });

  it('reads standard input', async () => {
    const run = await migrate(['analyze', '-', '--format', 'json'], shop);
    expect(JSON.parse(run.stdout)).toMatchObject({
      schemaVersion: '1.0',
      headline: { counts: { tables: 3 } },
    });
    expect(run.code).toBe(0);
  });

  it('writes the format that the file name tells', async () => {
    const run = await migrate(['analyze', 'shop.sql', '--out', 'report.html']);
    expect(run.code).toBe(0);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain('Wrote report.html');
    expect(await readFile(file('report.html'), 'utf8')).toMatch(/^<!doctype html>/);
    const quiet = await migrate(['analyze', 'shop.sql', '--out', 'report.sarif', '--quiet']);
    expect([quiet.code, quiet.stderr]).toEqual([0, '']);
  });

  it('exits with 1 for findings only when asked', async () => {
    const codes = await Promise.all(
      ['never', 'warning', 'error'].map(
        async (level) => (await migrate(['analyze', 'shop.sql', '--fail-on', level])).code,
      ),
    );
    expect(codes).toEqual([0, 1, 1]);
  });

  it('obeys decisions given by hand', async () => {
    const run = await migrate([
      'analyze',
      'shop.sql',
      '--format',
      'json',
      '--reference',
      'companies',
      '--nodes',
      '5',
    ]);
    const analysis = JSON.parse(run.stdout);
    expect(analysis.options.nodes).toBe(5);
    expect(analysis.tables.find((table: { name: string }) => table.name === 'companies').decision.kind).toBe(
      'reference',
    );
  });

  it('counts the queries of a workload', async () => {
    await writeFile(file('queries.sql'), '-- calls: 90\nSELECT * FROM orders WHERE company_id = 1;\n');
    const run = await migrate(['analyze', 'shop.sql', '--workload', 'queries.sql', '--format', 'json']);
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout).workload.summary).toMatchObject({ queries: 1, calls: 90 });
  });

  it('keeps to the schemas asked for', async () => {
    await writeFile(
      file('two.sql'),
      `${shop}CREATE SCHEMA other; CREATE TABLE other.notes (id bigint PRIMARY KEY);`,
    );
    const run = await migrate(['analyze', 'two.sql', '--schema', 'other', '--format', 'json']);
    expect(JSON.parse(run.stdout).tables.map((table: { name: string }) => table.name)).toEqual(['notes']);
    expectFailure(await migrate(['analyze', 'two.sql', '--schema', 'othre']), {
      code: 2,
      message: /there is no schema "othre"/,
      hint: /other, public/,
    });
  });

  it('reports progress as NDJSON', async () => {
    const run = await migrate(['analyze', 'shop.sql', '--progress', 'json']);
    const events = run.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.some(({ kind, phase }) => kind === 'phase' && phase === 'optimising')).toBe(true);
    for (const { elapsedMs } of events) expect(elapsedMs).toBeGreaterThanOrEqual(0);
  });

  it('writes nothing but NDJSON to standard error when asked for it, failures included', async () => {
    const json = ['--progress', 'json', '--verbose'];
    const runs = [
      await migrate(['analyze', 'shop.sql', ...json, '--out', 'report.md']),
      await migrate(['analyze', 'shop.sql', ...json, '--tenant', 'nothing']),
    ];
    const last = runs.map(({ stderr }) =>
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
        .at(-1),
    );
    expect(last).toMatchObject([
      { kind: 'written', path: 'report.md' },
      { kind: 'error', exitCode: 2, message: expect.stringContaining('--tenant nothing') },
    ]);
  });

  it('says in its first sentence that statements are missing', async () => {
    const run = await migrate(['analyze', '-'], `${shop}CRATE TABLE a ();\n`);
    expect(run.stdout.replace(/\s+/g, ' ')).toContain(
      '1 statement could not be read, and its effect is missing',
    );
  });

  it('names the tables of a workload that the dump does not hold', async () => {
    await writeFile(
      file('other.sql'),
      'SELECT * FROM invoices;\nSELECT 1 FROM pg_class;\nSELECT 1 FROM orders;\n',
    );
    const run = await migrate(['analyze', 'shop.sql', '--workload', 'other.sql', '--format', 'json']);
    expect(JSON.parse(run.stdout).coverage.notes).toContain(
      '1 query names tables that this input does not hold (invoices); such tables count as local ones.',
    );
  });

  it('takes names as PostgreSQL does: without quotes in any case', async () => {
    const run = await migrate([
      'analyze',
      'shop.sql',
      '--distribute',
      'Public.ORDERS=Company_ID',
      '--format',
      'json',
    ]);
    const orders = JSON.parse(run.stdout).tables.find((table: { name: string }) => table.name === 'orders');
    expect(orders.decision).toMatchObject({ kind: 'distributed', column: 'company_id' });
    expectFailure(await migrate(['analyze', 'shop.sql', '--reference', '"ORDERS"']), {
      code: 2,
      message: /no table "ORDERS"/,
      hint: /orders/,
    });
  });

  it('takes the same decision twice', async () => {
    const twice = ['--reference', 'companies', '--reference', 'public.companies'];
    expect((await migrate(['analyze', 'shop.sql', ...twice])).code).toBe(0);
  });

  it('refuses what has no effect on a server before it asks the server', async () => {
    expectFailure(await migrate(['analyze', 'postgres://127.0.0.1:1/shop', '--sample', '5']), {
      code: 2,
      message: /--sample has no effect/,
      hint: /leave/,
    });
  });

  it('ends quietly when the reader of its output has enough', async () => {
    const { child, ended } = startCommand('migrate', ['analyze', 'shop.sql', '--format', 'html'], {
      directory,
    });
    child.stdout.destroy();
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('bad input to migrate analyze', () => {
  const cases: readonly {
    readonly name: string;
    readonly content?: string | Buffer;
    readonly args?: readonly string[];
    readonly message: RegExp;
    readonly hint: RegExp;
    readonly code?: number;
  }[] = [
    { name: 'missing.sql', message: /missing\.sql/, hint: /./ },
    { name: 'empty.sql', content: '', message: /empty\.sql.*empty/, hint: /./ },
    {
      name: 'binary.sql',
      content: Buffer.from([0, 255, 1, 2, 0, 128, 7, 0, 9]),
      message: /binary\.sql/,
      hint: /./,
    },
    {
      name: 'mysql.sql',
      content: '-- MySQL dump 10.13\nCREATE TABLE `a` (`id` int) ENGINE=InnoDB;\n',
      message: /mysql\.sql:1: this is a dump of MySQL/,
      hint: /PostgreSQL/,
    },
    {
      name: 'truncated.sql',
      content: `${shop.split('\n').slice(0, 2).join('\n')}\nCOPY public.companies (id, name) FROM stdin;\n1\tAcme\n2\tUm`,
      message: /truncated\.sql/,
      hint: /./,
    },
    {
      name: 'shop.sql',
      args: ['--distribute', 'ordres=company_id'],
      message: /ordres/,
      hint: /orders/,
    },
    {
      name: 'shop.sql',
      args: ['--distribute', 'orders=compony_id'],
      message: /compony_id/,
      hint: /company_id/,
    },
    { name: 'shop.sql', args: ['--workload', 'missing.csv'], message: /missing\.csv/, hint: /./ },
    {
      name: 'ddl.sql',
      content: shop,
      args: ['--workload', 'ddl.sql'],
      message: /ddl\.sql: holds no query/,
      hint: /export it again/,
    },
    {
      name: 'foreign.sql',
      content: 'CREATE TABLE t (n VARCHAR2(20 BYTE));\nCREATE TABLE u (n VARCHAR2(20 BYTE));\n',
      message: /foreign\.sql:1: no table could be read: syntax error .*and 1 more statement failed/,
      hint: /pg_dump/,
    },
    {
      name: 'shop.sql',
      args: ['--statement-timeout', '5s'],
      message: /--statement-timeout has no effect/,
      hint: /leave/,
    },
  ];

  it.each(cases)(
    '$name $args: says what is wrong and what to do',
    async ({ name, content, args = [], ...expected }) => {
      if (content !== undefined) await writeFile(file(name), content);
      const run = await migrate(['analyze', name, ...args, '--out', 'bad.html']);
      expectFailure(run, { code: 2, ...expected });
      expect((await readdir(directory)).filter((entry) => entry.includes('bad.html'))).toEqual([]);
    },
  );

  it('names a file it may not read', async (context) => {
    if (process.getuid?.() === 0) return context.skip('root may read everything');
    await writeFile(file('secret.sql'), shop);
    await chmod(file('secret.sql'), 0);
    expectFailure(await migrate(['analyze', 'secret.sql']), { code: 2, message: /secret\.sql/, hint: /./ });
  });

  it('reads past a statement that PostgreSQL would refuse, and reports it with its line', async () => {
    await writeFile(
      file('broken.sql'),
      shop.replace('CREATE TABLE public.lines', 'CRATE TABLE public.nothing ();\n$&'),
    );
    const run = await migrate(['analyze', 'broken.sql', '--format', 'json']);
    const analysis = JSON.parse(run.stdout);
    expect(analysis.headline.counts.tables).toBe(3);
    expect(analysis.coverage.problems).toMatchObject([
      { line: 4, message: 'syntax error at or near "CRATE"' },
    ]);
    expect(run.code).toBe(0);
  });

  it('exits with 3 when no server answers, and prints no password', async () => {
    const run = await migrate(['analyze', 'postgres://anna:s3cr3t-word@127.0.0.1:1/shop']);
    expectFailure(run, { code: 3, message: /127\.0\.0\.1:1/, hint: /./ });
    expect(run.stdout + run.stderr).not.toContain('s3cr3t-word');
    const nameless = await migrate(['analyze', 'postgres://127.0.0.1:1/shop']);
    expect(nameless.stderr).toMatch(/cannot connect to (?!undefined)[^@]+@127/);
  });

  it('exits with 130 when interrupted, without a report', async () => {
    const { child, ended } = startCommand('migrate', ['analyze', '-', '--out', 'stopped.html'], {
      directory,
    });
    // The dump never ends: once its first part is taken, the program is up and waits for more.
    const filler = `${shop}${'-- more to come\n'.repeat(100_000)}`;
    await new Promise((taken) => child.stdin.write(filler, taken));
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    child.stdin.destroy();
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted');
    expect((await readdir(directory)).filter((entry) => entry.includes('stopped'))).toEqual([]);
  });
});
