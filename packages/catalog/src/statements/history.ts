import { type Node, parseStatements } from '@shardwright/sql';
import type { CatalogProblem } from '../model/catalog.ts';
import type { Definition } from '../model/definition.ts';
import { applyTree } from './apply.ts';
import { readConnectCommand } from './connect-command.ts';
import { Database } from './database.ts';
import { StatementRefused } from './problem.ts';

/** One step from an empty database to the one at hand. */
export type Step =
  | { readonly kind: 'statement'; readonly definition: Definition; readonly node: string }
  | { readonly kind: 'psql'; readonly definition: Definition }
  /** A statement without effect on the catalog, kept as it is. */
  | { readonly kind: 'idle'; readonly definition: Definition; readonly node: string }
  | { readonly kind: 'problem'; readonly problem: CatalogProblem };

/**
 * Statements made again at most, over all undoing. Undoing makes everything before it again: a fraction of a second
 * for most schemas, and few files ever need it, but one with thousands of such places must end as well.
 */
const mostRepeated = 500_000;

/** The database at hand with the steps that led to it, so that the last of them can be undone. */
export class History {
  #database = new Database();
  #steps: Step[] = [];
  #repeated = 0;

  get database(): Database {
    return this.#database;
  }

  get length(): number {
    return this.#steps.length;
  }

  /** Makes a step; a statement that is refused leaves nothing behind but its problem. */
  apply(step: Step, tree?: Node): void {
    if (step.kind !== 'statement') {
      this.#make(step);
      return;
    }
    try {
      const { definition } = step;
      applyTree(this.#database, tree ?? treeOf(definition.sql), definition);
      this.#steps.push(step);
    } catch (error) {
      if (!(error instanceof StatementRefused)) throw error;
      const isWhole = !error.isHalfDone || this.undo(this.length);
      const message = isWhole ? error.message : `${error.message}; the parts before it were applied`;
      this.#make({ kind: 'problem', problem: { definition: step.definition, kind: error.kind, message } });
    }
  }

  /** Goes back to the first `mark` steps; false when too much was undone before, and nothing happens. */
  undo(mark: number): boolean {
    if (this.#repeated + mark > mostRepeated) return false;
    this.#repeated += mark;
    const steps = this.#steps.slice(0, mark);
    this.#steps = [];
    this.#database = new Database();
    for (const step of steps) this.apply(step);
    return true;
  }

  /** The statements from a mark on. */
  since(mark: number): readonly Step[] {
    return this.#steps.slice(mark);
  }

  #make(step: Exclude<Step, { kind: 'statement' }>): void {
    this.#steps.push(step);
    const { verbatim, problems, session } = this.#database;
    switch (step.kind) {
      case 'psql': {
        const { definition } = step;
        const command = readConnectCommand(definition.sql);
        if (command) session.connect(command);
        const node = /^\\\S+/.exec(definition.sql)?.[0] ?? '\\';
        verbatim.push({ definition, node, kind: 'psql' });
        break;
      }
      case 'idle':
        verbatim.push({ definition: step.definition, node: step.node, kind: 'session' });
        break;
      case 'problem':
        problems.push(step.problem);
        break;
      default:
        step satisfies never;
    }
  }
}

// Trees are many times larger than their text, so a step keeps only that; it parsed before.
function treeOf(sql: string): Node {
  const parsed = parseStatements(sql);
  const [statement] = parsed.ok ? parsed.statements : [];
  if (statement === undefined) throw new Error(`a statement that parsed does not parse again: ${sql}`);
  return statement.tree;
}
