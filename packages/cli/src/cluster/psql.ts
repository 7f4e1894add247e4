import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { findInstallation } from '@shardwright/cluster';
import { EnvironmentError, type ExitCode, exitCode, UsageError } from '@shardwright/core';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { connectionEnvironment } from './connection-environment.ts';
import { nodeUrl } from './node-url.ts';
import { nodeOption } from './options.ts';
import { openTarget, type Target } from './target.ts';

/** The command `cluster psql`. */
export const psql: Command = {
  description:
    'Opens psql on a cluster. The password goes through the environment, where other users of this machine cannot see it.',
  options: nodeOption,
  examples: [
    ['$0 psql', 'A session on the coordinator'],
    ['$0 psql -- -c "SELECT * FROM citus_tables"', 'One statement'],
    ['$0 psql --node worker-1 < script.sql', 'A script, on a worker'],
  ],
  epilogue: "Exit codes are psql's: 0 done · 1 psql itself failed · 2 connection lost · 3 a script failed",
  leavesCtrlC: true,
  passesOn: true,
  run: async (args, io) => {
    if (/\s/.test(args.text('cluster') ?? '')) {
      throw new UsageError('-c says here which cluster is meant, and that is no name', {
        hint: "what is for psql follows --: cluster psql -- -c 'SELECT 1'.",
      });
    }
    const target = await openTarget(args, io);
    await target.requireRunning();
    const url = await nodeUrl(target, args.text('node'));
    const env = { ...withoutConnection(io.env), ...connectionEnvironment(url) };
    return runAttached(await findPsql(target, io), args.passedOn, { env, signal: io.signal });
  },
};

/** The psql that belongs to a cluster's servers, else one of this machine. */
async function findPsql({ named }: Target, { env }: CommandIo): Promise<string> {
  const own = named?.record.binDirectory;
  const onPath = (env.PATH ?? '').split(path.delimiter).filter((directory) => directory !== '');
  for (const directory of [...(own === undefined ? [] : [own]), ...onPath]) {
    const program = path.join(directory, 'psql');
    if (await isExecutable(program)) return program;
  }
  // A server's own directory is often not on the path.
  const installation = await findInstallation({ env });
  const program = path.join(installation?.binDirectory ?? '', 'psql');
  if (installation !== undefined && (await isExecutable(program))) return program;
  throw new EnvironmentError('there is no psql on this machine', {
    hint: 'Install it (postgresql-client), or connect another program to what cluster url prints.',
  });
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** What in the tester's or user's shell would lead psql, in part, to another server. */
function withoutConnection(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const leading = ['PGHOST', 'PGHOSTADDR', 'PGPORT', 'PGDATABASE', 'PGSERVICE'];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !leading.includes(name)));
}

/** Gives the terminal to a program and waits until it ends; its exit code is the answer. */
function runAttached(
  program: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<ExitCode> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { ...options, stdio: 'inherit' });
    child.on('error', failed);
    child.on('close', (code) => done(childCodes.find((known) => known === code) ?? exitCode.interrupted));
  });
}

const childCodes = [0, 1, 2, 3] as const satisfies readonly ExitCode[];
