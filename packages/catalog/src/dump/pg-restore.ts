import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { EnvironmentError, InputError } from '@shardwright/core';
import { StreamReader } from './dump-source.ts';

/** An archive being turned into SQL text. */
export interface RestoredArchive extends AsyncDisposable {
  readonly read: (target: Buffer) => Promise<number>;
}

/** Runs `pg_restore -f -` over an archive: a file or directory, or the bytes of one. */
export async function restoreArchive(
  archive: { readonly path: string } | { readonly bytes: AsyncIterable<Buffer> },
  label: string,
): Promise<RestoredArchive> {
  const options = [...(await sameTextOptions()), ...('path' in archive ? [archive.path] : [])];
  const child = spawn('pg_restore', ['-f', '-', ...options], { stdio: ['pipe', 'pipe', 'pipe'] });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new EnvironmentError(
      `${label} is an archive, and pg_restore, which reads it, could not be started`,
      {
        hint: 'Install PostgreSQL’s client programs (as new as the server dumped from), or make a plain dump: pg_dump --format=plain.',
        cause,
      },
    );
  }
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < 4096) complaint += text;
  });
  const closed = once(child, 'close');
  if ('bytes' in archive) feed(child, archive.bytes);
  else child.stdin.end();
  const output = new StreamReader(child.stdout);
  let isDone = false;
  return {
    read: async (target) => {
      const bytes = await output.read(target);
      if (bytes === 0 && !isDone) {
        await closed;
        isDone = true;
        if (child.exitCode !== 0) throw restoreFailure(complaint, label);
      }
      return bytes;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      // What nobody has read keeps it from closing.
      child.stdout.destroy();
      await closed;
    },
  };
}

/** Since August 2025 the text begins with a key for psql, another one each time, unless one is given. */
async function sameTextOptions(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('pg_restore', ['--help']).catch(() => ({ stdout: '' }));
  return stdout.includes('--restrict-key') ? ['--restrict-key=shardwright'] : [];
}

function feed(child: ChildProcess, bytes: AsyncIterable<Buffer>): void {
  if (child.stdin === null) return;
  // When pg_restore gives up it closes its input; its exit code and complaint say why.
  pipeline(Readable.from(bytes), child.stdin).catch(() => {});
}

function restoreFailure(complaint: string, label: string): Error {
  const message =
    complaint.trim().replace(/^pg_restore: (error: )?/gm, '') || 'pg_restore failed without a message';
  if (/unsupported version/.test(message)) {
    return new EnvironmentError(`${label}: pg_restore: ${message}`, {
      hint: 'The archive was written by a newer pg_dump. Install client programs of that version and put them first on PATH.',
    });
  }
  return new InputError(
    `pg_restore: ${message}`,
    { input: label },
    {
      hint: 'The archive is damaged or incomplete. `pg_restore --list` on it tells more; make the dump again.',
    },
  );
}
