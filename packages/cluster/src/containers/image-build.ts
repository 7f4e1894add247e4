import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ContainerEngine } from './container-engine.ts';
import { lastLines } from './container-log.ts';

/** A tag that changes with any file of a directory that an image is built from. */
export async function imageTagOf(directory: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(directory)).sort()) {
    hash.update(`${name}\0`).update(await readFile(path.join(directory, name)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** The image that a directory's Dockerfile begins with. */
export async function baseImageOf(directory: string): Promise<string> {
  const dockerfile = await readFile(path.join(directory, 'Dockerfile'), 'utf8');
  const [, base] = /^FROM\s+(\S+)/m.exec(dockerfile) ?? [];
  if (base === undefined) throw new Error(`${directory}/Dockerfile has no FROM`);
  return base;
}

/** Builds a directory's Dockerfile. Throws the builder's own message, with the end of what the failed step said. */
export async function buildImage(
  { api }: ContainerEngine,
  options: {
    readonly directory: string;
    readonly name: string;
    /** Hears of each step as it begins, as `step 2 of 5, RUN apt-get update`. */
    readonly onStep?: (step: string) => void;
  },
): Promise<void> {
  const { directory, name, onStep } = options;
  const context = { context: directory, src: [...(await readdir(directory))] };
  const stream = await api.buildImage(context, { t: name, version: '1', forcerm: true });
  const events = await new Promise<readonly BuildEvent[]>((resolve, reject) => {
    api.modem.followProgress(
      stream,
      (error, all) => (error ? reject(error) : resolve(all)),
      ({ stream: text }: BuildEvent) => {
        const step = readBuildStep(text ?? '');
        if (step !== undefined) onStep?.(step);
      },
    );
  });
  // A failed step ends the stream like a finished one.
  const failure = events.find(({ error }) => error !== undefined)?.error;
  if (failure === undefined) return;
  const said = events.map(({ stream: text }) => text ?? '').join('');
  throw new Error(`${failure}. The build said at last:\n${lastLines(said, 10)}`.trim());
}

// Dockerfiles have instructions of many lines; the first says what is done.
const mostLetters = 60;

/** The step that a line of the builder's announces; `undefined` for what steps say themselves. */
export function readBuildStep(text: string): string | undefined {
  const [, done, total, instruction = ''] = /^Step (\d+)\/(\d+) : (.*)/.exec(text) ?? [];
  if (done === undefined) return undefined;
  const short =
    instruction.length > mostLetters ? `${instruction.slice(0, mostLetters).trim()}…` : instruction;
  return `step ${done} of ${total}, ${short}`;
}

/** One line of what the engine sends while it builds. */
interface BuildEvent {
  readonly stream?: string;
  readonly error?: string;
}
