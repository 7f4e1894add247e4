import { isDump } from '@shardwright/migrator';
import { withoutPassword } from '../cluster/without-password.ts';
import { shellWord } from '../shell-word.ts';
import type { RunRequest } from './request.ts';

/** The command line that began a run and goes on with it. */
export function runCommandLine(request: RunRequest): string {
  const { directory, source, target, jobs, load, chunkBytes, metrics, report } = request;
  const { largeObjects, replicaLagSeconds, othersActive, withoutForeignKeys, countBrokenKeys } = request;
  return [
    ...['migrate', 'run', shellWord(directory)],
    ...['--source', shownUrl(source), '--target', shownUrl(target)],
    ...(jobs === undefined ? [] : ['--jobs', String(jobs)]),
    ...(load === undefined ? [] : ['--load', load]),
    ...(chunkBytes === undefined ? [] : ['--chunk-size', `${chunkBytes / 2 ** 20}MB`]),
    ...withoutForeignKeys.flatMap((name) => ['--without-foreign-key', shellWord(name)]),
    ...(countBrokenKeys ? [] : ['--unchecked']),
    ...(largeObjects === undefined ? [] : ['--large-objects', largeObjects]),
    ...(replicaLagSeconds === undefined ? [] : ['--max-replica-lag', limitWord(replicaLagSeconds, 's')]),
    ...(othersActive === undefined ? [] : ['--max-active', limitWord(othersActive)]),
    ...(metrics === undefined ? [] : ['--metrics', shellWord(addressOf(metrics))]),
    ...(report === undefined ? [] : ['--report', shellWord(report.path)]),
  ].join(' ');
}

/** Commands after a run that came to its end. */
export function nextCommands(
  { directory, source, target }: RunRequest,
  hasQuarantine: boolean,
): readonly (readonly [commandLine: string, what: string])[] {
  const [to, plan] = [shownUrl(target), shellWord(directory)];
  const [from, what] = isDump(source)
    ? ['postgres://…', 'Compare with a database that the dump was restored into, row by row']
    : [shownUrl(source), 'Compare both sides, row by row'];
  return [
    ...(hasQuarantine ? [[quarantineCommand(target), 'Look at the rows that were set aside'] as const] : []),
    [`migrate verify --source ${from} --target ${to} --plan ${plan}`, what],
    [`migrate rollback ${plan} --target ${to}`, 'Show what taking all of it back would mean'],
  ];
}

/** A psql command that shows the rows in quarantine. */
export function quarantineCommand(target: string): string {
  return `psql ${shownUrl(target)} -c 'SELECT * FROM shardwright.quarantine'`;
}

/** An address as a word of a command line, without its password. */
export function shownUrl(url: string): string {
  return shellWord(
    URL.canParse(url) ? withoutPassword(url) : url.replace(/^(\w+:\/\/[^/@:]*):[^/@]*@/, '$1@'),
  );
}

function limitWord(limit: number, unit = ''): string {
  return Number.isFinite(limit) ? `${limit}${unit}` : 'off';
}

function addressOf({ host, port }: NonNullable<RunRequest['metrics']>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
