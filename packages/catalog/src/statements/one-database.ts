import { InputError } from '@shardwright/core';
import { type Node, nodeKind, pick } from '@shardwright/sql';
import type { ConnectCommand } from './connect-command.ts';
import type { Database } from './database.ts';

const makesObjects = new Set(
  (
    'CreateStmt CreateForeignTableStmt CreateTableAsStmt ViewStmt CreateSeqStmt CreateFunctionStmt DefineStmt ' +
    'CreateEnumStmt CreateDomainStmt CompositeTypeStmt CreateRangeStmt'
  ).split(' '),
);

/**
 * Sees to it that a dump of several databases (pg_dumpall) is not read as one: only one of them may hold objects,
 * and what is said in the others (settings, comments, extensions) has no place in its catalog.
 */
export class OneDatabase {
  readonly #input: string;
  #name: string | undefined;
  readonly #created = new Set<string>();
  #elsewhere: { readonly name: string; readonly line: number } | undefined;

  constructor(input: string) {
    this.#input = input;
  }

  /** Whether the session is in a database that is not the catalog's. */
  get isElsewhere(): boolean {
    return this.#elsewhere !== undefined;
  }

  /** Takes a `\connect`; `database` is the one read so far. */
  connect({ database: name }: ConnectCommand, line: number, database: Database): void {
    if (name === undefined) return;
    if (name === this.#name) this.#elsewhere = undefined;
    else if (holdsObjects(database) && (this.#name !== undefined || this.#created.has(name)))
      this.#elsewhere = { name, line };
    // Where a file begins it does not say: its first \connect rather names that than another database.
    else this.#name = name;
  }

  /** Takes a statement; throws when it makes an object in a second database. */
  check(tree: Node): void {
    const created = pick(tree, 'CreatedbStmt')?.dbname;
    if (created !== undefined) this.#created.add(created);
    if (this.#elsewhere === undefined || !makesObjects.has(nodeKind(tree))) return;
    const { name, line } = this.#elsewhere;
    const first = this.#name === undefined ? 'one before it' : `“${this.#name}”`;
    throw new InputError(
      `this dump holds more than one database: here “${name}” follows ${first}`,
      { input: this.#input, line },
      { hint: `Give one database at a time: pg_dump ${name}, or the lines of this file that belong to one.` },
    );
  }
}

function holdsObjects({ schemas }: Database): boolean {
  return [...schemas.values()].some(
    ({ relations, types, routines }) =>
      relations.size > 0 ||
      routines.size > 0 ||
      [...types.values()].some((type) => type.extension === undefined),
  );
}
