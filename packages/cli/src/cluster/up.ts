import {
  describeProvider,
  findCluster,
  findProvider,
  listClusters,
  machineResources,
  type Provider,
  type ProviderName,
  type Resources,
  type UpOptions,
  type UpResult,
  upCluster,
} from '@shardwright/cluster';
import { exitCode, plural, quoteIdentifier, UsageError } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import type { Options } from 'yargs';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { byteSize } from './byte-size.ts';
import { givenPassword } from './given-password.ts';
import { refuseChanges } from './refuse-changes.ts';
import { givenSettings, showSettings } from './server-settings.ts';
import { wantedName } from './target.ts';
import { withoutPassword } from './without-password.ts';

const startable = ['local', 'containers'] as const satisfies readonly ProviderName[];

const one: Options = { type: 'string', requiresArg: true };
const many: Options = { type: 'string', array: true, requiresArg: true };
const access = 'Access:';
const settings = 'Settings of postgresql.conf:';

/** The command `cluster up`. */
export const up: Command = {
  description:
    'Starts a cluster that stays until cluster down, or the one of that name that was stopped; it listens on 127.0.0.1 only.',
  options: {
    cluster: {
      ...one,
      alias: ['name', 'c'],
      describe: 'What it is called; SHARDWRIGHT_CLUSTER, or default, unless given',
    },
    workers: { ...one, describe: 'Worker nodes; 2 unless given, 0 for a single node' },
    port: {
      ...one,
      describe: "The coordinator's port, workers take the next ones; free ones from 9700 on unless given",
    },
    extensions: { ...one, describe: 'Beside citus, on every node, e.g. vector,pg_trgm' },
    provider: {
      ...one,
      describe: `${startable.join(' or ')}; local binaries where they have Citus unless given`,
    },
    user: { ...one, group: access, describe: 'A superuser to make; postgres unless given' },
    database: { ...one, group: access, describe: 'A database to make; postgres unless given' },
    'password-file': {
      ...one,
      group: access,
      describe: 'The password is the first line of this file; else PGPASSWORD; else one is made up',
    },
    password: {
      ...one,
      group: access,
      describe: 'The password itself, which others can see in the list of processes',
    },
    memory: {
      ...one,
      group: settings,
      describe: "What all nodes together may use, e.g. 4GB; half of this machine's unless given",
    },
    set: { ...many, group: settings, describe: 'NAME=VALUE on every node; repeatable' },
    'coordinator-set': { ...many, group: settings, describe: 'NAME=VALUE on the coordinator; repeatable' },
    'worker-set': { ...many, group: settings, describe: 'NAME=VALUE on the workers; repeatable' },
    'show-settings': {
      type: 'boolean',
      group: settings,
      describe: 'Print what nodes would get, and why, and start nothing',
    },
  },
  examples: [
    ['$0 up', 'A coordinator and two workers, named default'],
    ['$0 up --name shop --workers 4 --extensions vector', 'Larger, with pgvector'],
    ['$0 up --memory 8GB --worker-set work_mem=256MB --show-settings', 'What that would mean'],
  ],
  interrupted: 'interrupted; of a cluster that was being made nothing is left',
  // Half-made nodes are removed first.
  graceMs: 60_000,
  run: async (args, io) => {
    const name = wantedName(args, io) ?? 'default';
    const workers = workersOf(args);
    const given = givenSettings(args);
    const resources = resourcesOf(args, workers);
    if (args.flag('show-settings')) {
      await showSettings(given, resources, io);
      return exitCode.yes;
    }
    const existing = await findCluster(name);
    const password = await givenPassword(args, io);
    const asked = {
      ...optionsOf(args),
      name,
      workers,
      resources,
      settings: given,
      ...(password === undefined ? {} : { password }),
    };
    if (existing !== undefined) refuseChanges(existing.record, args, asked);
    // It is there, and stays what it is: neither a provider nor anything else is looked for.
    const provider = existing === undefined ? await providerOf(args, io) : undefined;
    const startedMs = io.clock.nowMs();
    const result = await upCluster({ ...asked, ...(provider === undefined ? {} : { provider }) }, io);
    if (existing !== undefined) await warnOfExtensions(result.url, asked.extensions ?? [], io);
    await tell(result, { provider, seconds: (io.clock.nowMs() - startedMs) / 1000 }, io);
    return exitCode.yes;
  },
};

// All run on this machine: more is a slip of the finger, and would fill its disk before anything says so.
const mostWorkers = 64;

function workersOf(args: Arguments): number {
  const workers = args.wholeNumber('workers', 0) ?? 2;
  if (workers <= mostWorkers) return workers;
  throw new UsageError(`--workers takes at most ${mostWorkers}, not ${workers}`, {
    hint: 'Each of them is a PostgreSQL server on this machine.',
  });
}

function resourcesOf(args: Arguments, workers: number): Resources {
  const memory = args.text('memory');
  const machine = machineResources(workers);
  return memory === undefined ? machine : { ...machine, memoryBytes: byteSize('memory', memory) };
}

function optionsOf(args: Arguments): Partial<UpOptions> {
  const port = args.port('port');
  const user = args.text('user');
  const database = args.text('database');
  const extensions = args
    .text('extensions')
    ?.split(',')
    .map((name) => name.trim());
  return {
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(database === undefined ? {} : { database }),
    ...(extensions === undefined ? {} : { extensions: extensions.filter((name) => name !== '') }),
  };
}

function providerOf(args: Arguments, io: CommandIo): Promise<Provider> {
  const name = args.choice('provider', startable);
  return findProvider({ env: io.env, ...(name === undefined ? {} : { name }) });
}

/** A cluster that was there is not changed: what it lacks is told. */
async function warnOfExtensions(url: string, wanted: readonly string[], io: CommandIo): Promise<void> {
  if (wanted.length === 0) return;
  await using connection = await connect(url);
  const missing = await connection.query<{ name: string }>(
    'SELECT name FROM unnest($1::text[]) AS name WHERE name NOT IN (SELECT extname FROM pg_extension)',
    [wanted],
  );
  for (const { name } of missing) {
    const message = `the cluster has no extension ${name}; to make it: CREATE EXTENSION ${quoteIdentifier(name)}`;
    io.emit({ kind: 'warning', message });
  }
}

async function tell(
  { cluster: { record }, url, outcome }: UpResult,
  { provider, seconds }: { readonly provider: Provider | undefined; readonly seconds: number },
  io: CommandIo,
): Promise<void> {
  io.secrets.addUrl(url);
  const { name, user, database, nodes } = record;
  if (io.json) {
    const addresses = nodes.map(({ label, role, port }) => ({ label, role, host: '127.0.0.1', port }));
    await io.printJson(
      { cluster: name, outcome, provider: record.provider, url, user, database, nodes: addresses },
      { secrets: 'shown' },
    );
    return;
  }
  await io.printFields([
    [
      'Cluster',
      `${name}, ${{ created: 'new', started: 'started again', running: 'running already' }[outcome]}`,
    ],
    [
      'Nodes',
      `${nodes.length === 1 ? 'one' : `coordinator and ${plural(nodes.length - 1, 'worker')}`}, on ${nodes.length === 1 ? 'port' : 'ports'} ${nodes.map(({ port }) => port).join(', ')}`,
    ],
    ['Address', withoutPassword(url)],
    ['Runs', provider && describeProvider(provider)],
    ['Took', outcome === 'running' ? undefined : `${seconds.toFixed(1)} s`],
  ]);
  const option = (await listClusters()).length > 1 ? ` --name ${name}` : '';
  await io.suggest([
    [`cluster psql${option}`, 'opens psql'],
    [`psql "$(cluster url${option})"`, 'the address with its password, for any program'],
    [`cluster down${option}`, 'stops it and keeps its data'],
  ]);
}
