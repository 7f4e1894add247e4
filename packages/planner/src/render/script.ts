import type { Phase, Plan, Step } from '../model/plan.ts';

/** What a script says of its making. */
export interface ScriptOptions {
  /** When the plan was made, as the header shall say it. */
  readonly madeAt?: string;
  readonly toolVersion?: string;
}

/** Phases in the words of headings. */
export const phaseTitles: Readonly<Record<Phase, string>> = {
  roles: 'Roles',
  schemas: 'Schemas',
  extensions: 'Extensions',
  definitions: 'Types, functions, operators',
  sequences: 'Sequences',
  tables: 'Tables, empty and without keys',
  distribute: 'Where tables live',
  load: 'Rows',
  keys: 'Primary keys, unique and exclusion constraints',
  indexes: 'Indexes',
  'foreign-keys': 'Foreign keys',
  programs: 'Views, functions over rows, triggers, rules',
  policies: 'Row security',
  ownership: 'Owners and privileges',
  'sequence-positions': 'Where sequences stand',
  comments: 'Comments',
  statistics: 'Statistics',
};

const ruler = `-- ${'='.repeat(97)}`;

// What psql cannot read, and what would turn the direction of writing.
const unprintable = /[^\P{Cc}\t]|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/gu;

/** A comment of any text; what would end a comment line begins the next one. */
export function comment(text: string): readonly string[] {
  const lines = text.split(/\r\n|[\r\n\v\f\u0085\u2028\u2029]/);
  return lines.map((line) => `-- ${line.replace(unprintable, '�')}`.trimEnd());
}

/** A heading that the eye finds. */
export function heading(title: string): readonly string[] {
  return ['', ruler, ...comment(title), ruler];
}

/** A statement with its end, on a line of its own where a comment could swallow it. */
export function terminated(sql: string): string {
  const lastLine = sql.slice(sql.lastIndexOf('\n') + 1);
  return lastLine.includes('--') ? `${sql}\n;` : `${sql};`;
}

/** What psql shall print; the texts are ours. */
export function echo(text: string): string {
  return `\\echo '${text.replaceAll("'", "''")}'`;
}

/** What the session must be like: the source's names resolve, and nobody waits for an answer. */
export function session({ session: settings }: Plan): readonly string[] {
  return [
    '\\set ON_ERROR_STOP on',
    '\\set QUIET on',
    '\\o /dev/null',
    "SET client_encoding = 'UTF8';",
    'SET standard_conforming_strings = on;',
    'SET statement_timeout = 0;',
    'SET lock_timeout = 0;',
    'SET client_min_messages = warning;',
    ...settings.map(terminated),
  ];
}

/** Stops a script in a database that is not meant: the source, most likely. */
export function refuseWithoutCitus(): readonly string[] {
  return [
    'DO $$ BEGIN',
    "  IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus') THEN",
    "    RAISE EXCEPTION 'database % has no Citus: nothing was done', current_database()",
    "      USING HINT = 'Connect to the coordinator of the target, and run CREATE EXTENSION citus there.';",
    '  END IF;',
    'END $$;',
  ];
}

/** Steps of one phase after another, each phase once. */
export function byPhase(steps: readonly Step[]): readonly (readonly [Phase, readonly Step[]])[] {
  const groups = new Map<Phase, Step[]>();
  for (const step of steps) {
    const group = groups.get(step.phase);
    if (group) group.push(step);
    else groups.set(step.phase, [step]);
  }
  return [...groups];
}

/** Where the plan comes from, for a header. */
export function provenance({ origin, fingerprint }: Plan, options: ScriptOptions): readonly string[] {
  const version = origin.serverVersion === undefined ? '' : `, PostgreSQL ${origin.serverVersion}`;
  return [
    ...comment(`From     ${origin.label}${version}`),
    ...comment(`         structure ${fingerprint.digest}`),
    ...(options.madeAt === undefined
      ? []
      : comment(
          `Planned  ${options.madeAt}${options.toolVersion === undefined ? '' : `, shardwright ${options.toolVersion}`}`,
        )),
  ];
}
