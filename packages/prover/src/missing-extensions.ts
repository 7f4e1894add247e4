import type { Step } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';

/** What cannot be tried because this machine lacks extensions, as it comes to light. */
export interface Untried {
  /** Names of the extensions. */
  readonly missing: readonly string[];
  /** Ids of the steps that failed for want of them. */
  readonly steps: ReadonlySet<string>;
  /** Whether the server refused a statement of this step only because something of those extensions is not there. */
  explains(step: Step, message: string): boolean;
  /** Whether a table is not there for the same reason. */
  includes(table: { readonly name: string }): boolean;
}

/** Looks which of a plan's extensions can be had here. */
export async function findUntried(connection: Connection, steps: readonly Step[]): Promise<Untried> {
  const rows = await connection.query<{ name: string }>('SELECT name FROM pg_available_extensions');
  const available = new Set(rows.map(({ name }) => name));
  const wanted = steps.filter(({ phase }) => phase === 'extensions').map(({ subject }) => lastName(subject));
  const missing = wanted.filter((name) => !available.has(name));
  const made = new Set(
    steps.map(({ subject }) => lastName(subject)).filter((name) => !missing.includes(name)),
  );
  const lost = new Set(missing);
  const untried = new Set<string>();
  return {
    missing,
    steps: untried,
    includes: ({ name }) => lost.has(name),
    explains: (step, message) => {
      if (missing.length === 0 || !/ (does not exist|is not available)\b/.test(message)) return false;
      const named = message.matchAll(/"([^"]+)"|\b(?:function|operator|type) ([\w.]+)/g);
      // What no step makes can only come from an extension.
      const isLost = [...named]
        .map(([, quoted, plain]) => lastName(quoted ?? plain ?? ''))
        .some((name) => lost.has(name) || !made.has(name));
      if (!isLost) return false;
      untried.add(step.id);
      lost.add(lastName(step.subject));
      return true;
    },
  };
}

/** `id` of `public.id`, `"a b"."id"`, `id ON public.t` and `public.id(integer)`. */
function lastName(subject: string): string {
  const path = /^(?:"(?:[^"]|"")*"|[^\s("]+)+/.exec(subject)?.[0] ?? subject;
  const last = /(?:"((?:[^"]|"")*)"|([^."]*))$/.exec(path);
  return last?.[1]?.replaceAll('""', '"') ?? last?.[2] ?? path;
}
