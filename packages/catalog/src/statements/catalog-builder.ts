import type { QualifiedName } from '@shardwright/core';
import { leadingBlankLength, nodeKind, parseStatements, splitStatements } from '@shardwright/sql';
import type { Catalog, CatalogOrigin } from '../model/catalog.ts';
import type { TableStatistics } from '../model/statistics.ts';
import type { Column } from '../model/table.ts';
import { readConnectCommand } from './connect-command.ts';
import { currentName } from './database.ts';
import type { TableDraft } from './draft.ts';
import { freeze } from './freeze.ts';
import { freezeColumn } from './freeze-table.ts';
import { OneDatabase } from './one-database.ts';
import { Transactions } from './transactions.ts';

/**
 * A catalog in the making: the result of applying CREATE, ALTER and DROP in order. The parser must be loaded
 * (`loadParser`). Nothing is dropped: each statement ends in the model, in `verbatim`, or in `problems`.
 */
export class CatalogBuilder {
  readonly #origin: { readonly kind: 'dump'; readonly label: string };
  readonly #transactions = new Transactions();
  readonly #one: OneDatabase;
  #statements = 0;

  constructor(origin: { readonly kind: 'dump'; readonly label: string }) {
    this.#origin = origin;
    this.#one = new OneDatabase(origin.label);
  }

  /** Applies a text of one or more statements; `line` is the 1-based line of its first character. */
  apply(statement: { readonly sql: string; readonly line: number }): void {
    const parsed = parseStatements(statement.sql);
    if (parsed.ok) {
      const lines = new LineCounter(statement.sql, statement.line);
      for (const { tree, sql, offset } of parsed.statements) {
        // A tree's places must be those in its own statement, for what is cut out of it.
        if (offset > 0) {
          this.apply({ sql, line: lines.at(offset) });
          continue;
        }
        const definition = { line: lines.at(offset), sql };
        this.#statements++;
        this.#one.check(tree);
        if (this.#one.isElsewhere)
          this.#transactions.note({ kind: 'idle', definition, node: nodeKind(tree) });
        else this.#transactions.run(definition, tree);
      }
      return;
    }
    const pieces = splitStatements(statement.sql);
    if (pieces.length > 1) {
      const lines = new LineCounter(statement.sql, statement.line);
      for (const piece of pieces) this.apply({ sql: piece.sql, line: lines.at(piece.offset) });
      return;
    }
    this.#statements++;
    const { message, offset } = parsed.problem;
    const lead = leadingBlankLength(statement.sql);
    const line = new LineCounter(statement.sql, statement.line).at(offset ?? lead);
    const sql = statement.sql.slice(lead).trimEnd().replace(/;$/, '');
    const problem = { definition: { line, sql }, kind: 'syntax' as const, message };
    this.#transactions.note({ kind: 'problem', problem });
  }

  /**
   * Keeps a psql command; `\connect` starts a new session. A dump of several databases ends in an InputError when
   * more than one of them holds objects.
   */
  applyPsql(command: { readonly text: string; readonly line: number }): void {
    const definition = { line: command.line, sql: command.text.trim() };
    this.#transactions.note({ kind: 'psql', definition });
    const connect = readConnectCommand(definition.sql);
    if (connect) this.#one.connect(connect, command.line, this.#transactions.database);
  }

  /** The table and columns that COPY or INSERT feeds, in the order of its values. */
  copyTarget(
    name: { readonly schema?: string; readonly name: string },
    columns?: readonly string[],
  ): { readonly table: QualifiedName; readonly columns: readonly Column[] } | undefined {
    if (this.#one.isElsewhere) return undefined;
    const relation = this.#transactions.databaseForRows().findRelation(name);
    if (relation?.relation !== 'table') return undefined;
    const table = currentName(relation);
    // Without a list, COPY takes all columns but generated ones.
    const fed = columns
      ? columns.flatMap((column) => relation.columns.filter((candidate) => candidate.name === column))
      : relation.columns.filter((column) => !column.generated);
    if (columns && fed.length !== columns.length) return undefined;
    return { table, columns: fed.map(freezeColumn) };
  }

  /** Puts what was measured of a table's data on it; a table that is not there any more is left out. */
  setStatistics(table: QualifiedName, statistics: TableStatistics): void {
    const draft = this.#table(table);
    if (draft) draft.statistics = statistics;
  }

  /** The catalog, with what the reader learned about the input. */
  finish(extra: Partial<CatalogOrigin> = {}): Catalog {
    const database = this.#transactions.finish();
    return freeze(database, {
      ...this.#origin,
      statements: this.#statements,
      defaultSchema: database.firstDefaultSchema ?? 'public',
      ...extra,
    });
  }

  #table(name: QualifiedName): TableDraft | undefined {
    const relation = this.#transactions.database.findRelation(name);
    return relation?.relation === 'table' ? relation : undefined;
  }
}

/** Lines of growing offsets in one text. */
class LineCounter {
  readonly #text: string;
  #line: number;
  #offset = 0;

  constructor(text: string, firstLine: number) {
    this.#text = text;
    this.#line = firstLine;
  }

  at(offset: number): number {
    for (let next = this.#text.indexOf('\n', this.#offset); next >= 0 && next < offset; ) {
      this.#line++;
      this.#offset = next + 1;
      next = this.#text.indexOf('\n', this.#offset);
    }
    return this.#line;
  }
}
