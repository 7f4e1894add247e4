import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a command that ran in a process of its own left behind. */
export interface ProcessOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface StartedCommand {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<ProcessOutcome>;
  /** Waits for a text on standard output; fails when the command ends without it. */
  printed(text: RegExp): Promise<void>;
  /** Likewise on standard error. */
  told(text: RegExp): Promise<void>;
}

/** Where and with what a command runs. */
export interface ProcessScene {
  /** All of standard input; `undefined` keeps it open. */
  readonly input?: string | undefined;
  readonly directory?: string;
}

/** Starts the real program in a process of its own, without the tester's PG* variables and colours. */
export function startCommand(
  program: string,
  args: readonly string[],
  scene: ProcessScene = { input: '' },
): StartedCommand {
  const script = fileURLToPath(new URL(`../bin/${program}.js`, import.meta.url));
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PG|FORCE_COLOR)/.test(name)),
  );
  const child = spawn(process.execPath, [script, ...args], { cwd: scene.directory, env });
  const written = { stdout: '', stderr: '' };
  const ended = new Promise<ProcessOutcome>((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code, ...written }));
  });
  child.stdin.on('error', () => {});
  if (scene.input !== undefined) child.stdin.end(scene.input);
  const collect = (name: 'stdout' | 'stderr') =>
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  collect('stdout');
  collect('stderr');
  const waitFor = (name: 'stdout' | 'stderr', text: RegExp): Promise<void> =>
    new Promise((done, failed) => {
      const look = (): void => {
        if (text.test(written[name])) done();
      };
      look();
      child[name].on('data', look);
      ended.then(() => failed(new Error(`it ended without ${text}: ${written.stdout}${written.stderr}`)));
    });
  return {
    child,
    ended,
    printed: (text) => waitFor('stdout', text),
    told: (text) => waitFor('stderr', text),
  };
}
