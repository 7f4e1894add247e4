import { type Node, nodeKind, pick, type TransactionStmt } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import { readConnectCommand } from './connect-command.ts';
import type { Database } from './database.ts';
import { History, type Step } from './history.ts';

interface Waiting {
  readonly step: Step;
  readonly tree?: Node;
}

interface Transaction {
  readonly begin: Definition;
  /** How many steps stay when it is rolled back. */
  readonly mark: number;
  savepoints: { readonly name: string; readonly mark: number }[];
  /** Rows were written, which are counted while they are read. */
  hasRows: boolean;
}

/** A dump restored as one transaction would otherwise hold every tree of the file in memory. */
const mostWaiting = 1000;

/**
 * The statements of an input in their transactions: those of an open one wait for its end, so that a ROLLBACK costs
 * nothing; only what could not wait is undone (see {@link History}).
 */
export class Transactions {
  readonly #history = new History();
  #waiting: Waiting[] = [];
  #transaction: Transaction | undefined;

  /** The database with all that was said so far. */
  get database(): Database {
    this.#settle();
    return this.#history.database;
  }

  /** Takes a statement. */
  run(definition: Definition, tree: Node): void {
    const control = pick(tree, 'TransactionStmt');
    if (control) this.#before(control, definition);
    this.#take({ step: { kind: 'statement', definition, node: nodeKind(tree) }, tree });
    if (control) this.#after(control, definition);
  }

  /** Takes what is no statement to apply. */
  note(step: Exclude<Step, { kind: 'statement' }>): void {
    // The server rolls back what a client leaves open; in a file it is rather the COMMIT that was forgotten.
    if (step.kind === 'psql' && readConnectCommand(step.definition.sql)) this.#tellOpen();
    this.#take({ step });
  }

  /** The database to look up the table of rows in. */
  databaseForRows(): Database {
    if (this.#transaction) this.#transaction.hasRows = true;
    return this.database;
  }

  /** The database at the end of the input. */
  finish(): Database {
    this.#tellOpen();
    return this.database;
  }

  #take(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#transaction === undefined || this.#waiting.length >= mostWaiting) this.#settle();
  }

  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { step, tree } of waiting) this.#history.apply(step, tree);
  }

  get #length(): number {
    return this.#history.length + this.#waiting.length;
  }

  #before({ kind, savepoint_name: name }: TransactionStmt, definition: Definition): void {
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    const index = transaction.savepoints.findLastIndex((savepoint) => savepoint.name === name);
    switch (kind) {
      case 'TRANS_STMT_ROLLBACK':
        this.#rollBack(transaction, transaction.mark, definition);
        this.#transaction = undefined;
        break;
      case 'TRANS_STMT_COMMIT':
      case 'TRANS_STMT_PREPARE':
        this.#transaction = undefined;
        break;
      case 'TRANS_STMT_ROLLBACK_TO': {
        const savepoint = transaction.savepoints[index];
        if (savepoint === undefined) break;
        this.#rollBack(transaction, savepoint.mark, definition);
        transaction.savepoints = transaction.savepoints.slice(0, index + 1);
        break;
      }
      case 'TRANS_STMT_RELEASE':
        if (index >= 0) transaction.savepoints = transaction.savepoints.slice(0, index);
        break;
      default:
        break;
    }
  }

  #after({ kind, savepoint_name: name = '', chain }: TransactionStmt, definition: Definition): void {
    if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START' || chain) {
      this.#transaction ??= { begin: definition, mark: this.#length, savepoints: [], hasRows: false };
    } else if (kind === 'TRANS_STMT_SAVEPOINT')
      this.#transaction?.savepoints.push({ name, mark: this.#length });
  }

  #rollBack({ begin, hasRows }: Transaction, mark: number, definition: Definition): void {
    const applied = this.#history.since(mark);
    const waiting = this.#waiting.splice(Math.max(0, mark - this.#history.length));
    const isUndone = applied.length === 0 || this.#history.undo(mark);
    const undone = isUndone ? [...applied, ...waiting.map(({ step }) => step)] : [];
    const kept: Waiting[] = isUndone ? [] : waiting;
    for (const step of undone) kept.push({ step: idle(step) });
    const left = isUndone
      ? hasRows && 'the rows written in this transaction were counted all the same'
      : 'too much was undone before: what this transaction did stays';
    if (left) {
      const message = `ROLLBACK of the transaction of line ${begin.line}: ${left}`;
      kept.push({ step: { kind: 'problem', problem: { definition, kind: 'refused', message } } });
    }
    this.#waiting.push(...kept);
  }

  #tellOpen(): void {
    if (this.#transaction === undefined) return;
    const { begin } = this.#transaction;
    this.#transaction = undefined;
    const message = 'this transaction is not ended; taken as committed';
    this.#take({ step: { kind: 'problem', problem: { definition: begin, kind: 'refused', message } } });
  }
}

// A statement that was undone is kept, without effect; one that was refused stays a problem.
function idle(step: Step): Step {
  return step.kind === 'statement' ? { ...step, kind: 'idle' } : step;
}
