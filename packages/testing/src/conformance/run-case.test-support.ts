import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EnvironmentError, ShardwrightError } from '@shardwright/core';
import { connect, errorCode } from '@shardwright/postgres';
import type { Case, Step } from './conformance-case.test-support.ts';
import { toRealNames } from './node-names.test-support.ts';
import { inPlace, type OpenPlace, type PlaceSource, shared } from './place.test-support.ts';
import { runInPsql } from './psql.test-support.ts';
import { startingServers } from './server-environment.test-support.ts';
import { renderAnswer, renderCommand, renderStart, renderStatements } from './transcript.test-support.ts';

/** What running a case gave. */
export interface Outcome {
  /** Whether an answer that was asked for is an error. */
  readonly refused: boolean;
  /** What was done and what came of it, as in a terminal. */
  readonly transcript: string;
}

const waitTimeoutMs = 60_000;
const pollMs = 50;

/** Runs a case. Throws {@link EnvironmentError} when what it takes as given fails. */
export async function runCase(test: Case, source: PlaceSource, psql: string): Promise<Outcome> {
  const place = test.place ?? shared;
  const lines = place.kind === 'cluster' ? [renderStart(place)] : [];
  let started = false;
  try {
    return await inPlace(place, source, async (opened) => {
      started = true;
      let refused = false;
      for (const session of intoSessions(test.steps)) {
        const done = await runSession(session, opened, psql);
        refused ||= done.refused;
        lines.push(...done.lines);
      }
      return { refused, transcript: lines.join('\n') };
    });
  } catch (error) {
    if (started || place.kind !== 'cluster' || !(error instanceof ShardwrightError)) throw error;
    return { refused: true, transcript: [...lines, startFailure(error)].join('\n') };
  }
}

interface Done {
  readonly refused: boolean;
  readonly lines: readonly string[];
}

interface Statement {
  readonly sql: string;
  readonly recorded: boolean;
}

/** Statements that follow one another on a node share a session. */
type Session =
  | { readonly kind: 'statements'; readonly on: string; readonly statements: readonly Statement[] }
  | Exclude<Step, string | { readonly kind: 'given' } | { readonly kind: 'ask' }>;

function intoSessions(steps: readonly Step[]): readonly Session[] {
  const sessions: Session[] = [];
  for (const step of steps) {
    const session = toSession(step);
    const last = sessions.at(-1);
    if (session.kind === 'statements' && last?.kind === 'statements' && last.on === session.on) {
      sessions.splice(-1, 1, { ...last, statements: [...last.statements, ...session.statements] });
    } else {
      sessions.push(session);
    }
  }
  return sessions;
}

function toSession(step: Step): Session {
  if (typeof step === 'string') return toSession({ kind: 'ask', on: 'coordinator', sql: step });
  if (step.kind !== 'ask' && step.kind !== 'given') return step;
  const { on = 'coordinator', sql } = step;
  return { kind: 'statements', on, statements: [{ sql, recorded: step.kind === 'ask' }] };
}

async function runSession(session: Session, place: OpenPlace, psql: string): Promise<Done> {
  switch (session.kind) {
    case 'statements':
      return runStatements(session, place, psql);
    case 'wait':
      await waitUntil(session.until, place);
      return quiet(`# wait until ${session.until.replace(/\n\s*/g, ' ')}`);
    case 'restart':
      await startingServers(session.pgpassword, () =>
        Promise.all((place.running ?? []).map((node) => node.restart())),
      );
      return quiet(
        `# restart every node${session.pgpassword ? ` with PGPASSWORD=${session.pgpassword}` : ''}`,
      );
    case 'dump':
      return runDump(session, place, psql);
    default:
      return session satisfies never;
  }
}

function quiet(line: string): Done {
  return { refused: false, lines: [line] };
}

async function runStatements(
  { on, statements }: Extract<Session, { kind: 'statements' }>,
  place: OpenPlace,
  psql: string,
): Promise<Done> {
  const lines = statements.map(({ sql }) => [renderStatements(on, sql)]);
  let refused = false;
  for (const node of place.nodes.filter(({ label }) => on === 'every node' || label === on)) {
    const answers = await runInPsql(
      psql,
      node.url,
      statements.map(({ sql }) => toRealNames(sql, place.nodes)),
    );
    for (const [index, { sql, recorded }] of statements.entries()) {
      const answer = answers[index] ?? { result: '', messages: 'ERROR: psql ended early' };
      const failed = /^(?:psql: error|ERROR|FATAL|PANIC)/m.test(answer.messages);
      if (!recorded && failed) {
        throw new EnvironmentError(
          `what the case takes as given fails on ${node.label}: ${sql}\n${answer.messages}`,
        );
      }
      if (!recorded) continue;
      refused ||= failed;
      lines[index]?.push(renderAnswer(answer, place));
    }
  }
  return { refused, lines: lines.flat().filter((line) => line !== '') };
}

async function waitUntil(condition: string, place: OpenPlace): Promise<void> {
  await using connection = await connect(place.nodes[0]?.url ?? '');
  const deadline = performance.now() + waitTimeoutMs;
  const sql = `SELECT coalesce(${toRealNames(condition, place.nodes)}, false) AS reached`;
  for (;;) {
    const [row] = await connection.query<{ reached: boolean }>(sql);
    if (row?.reached) return;
    if (performance.now() > deadline) throw new EnvironmentError(`it never came to pass that ${condition}`);
    await delay(pollMs);
  }
}

async function runDump(
  { on, lines }: Extract<Session, { kind: 'dump' }>,
  place: OpenPlace,
  psql: string,
): Promise<Done> {
  const node = place.nodes.find(({ label }) => label === on);
  if (!node) throw new RangeError(`the place has no ${on}`);
  const dump = await promisify(execFile)(path.join(path.dirname(psql), 'pg_dump'), ['--dbname', node.url]);
  const found = dump.stdout.split('\n').filter((line) => lines.test(line));
  const command = renderCommand(on, `pg_dump shop | grep -E '${lines.source}'`);
  return { refused: false, lines: [command, ...found] };
}

/** What the server said: in the end of its log, which is the hint of a failed start, or in an answer. */
function startFailure({ message, hint = '', cause }: ShardwrightError): string {
  // What comes before belongs to messages of an earlier start.
  const failure = hint.slice(Math.max(0, hint.search(/FATAL: |ERROR: /)));
  const logged = [...failure.matchAll(/(?:FATAL|ERROR|DETAIL|HINT): .*/g)].map(([line]) => line);
  if (logged.length > 0) return logged.join('\n');
  const said = cause instanceof Error ? `${errorCode(cause)}: ${cause.message}` : message;
  return `ERROR:  ${said}\nHINT:  ${hint}`;
}
