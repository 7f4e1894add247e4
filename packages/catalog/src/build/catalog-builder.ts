import type { QualifiedName } from '@shardwright/core';
import { leadingBlankLength, parseStatements, splitStatements } from '@shardwright/sql';
import type { Catalog, CatalogOrigin } from '../model/catalog.ts';
import type { Definition } from '../model/definition.ts';
import type { TableStatistics } from '../model/statistics.ts';
import type { Column } from '../model/table.ts';
import { applyTree } from './apply.ts';
import { currentName, Database } from './database.ts';
import type { TableDraft } from './draft.ts';
import { freeze } from './freeze.ts';
import { freezeColumn } from './freeze-table.ts';
import { StatementRefused } from './problem.ts';
import { startSession } from './session.ts';

/**
 * A catalog in the making: the result of applying CREATE, ALTER and DROP in order. The parser must be loaded
 * (`loadParser`). Nothing is dropped: each statement ends in the model, in `verbatim`, or in `problems`.
 */
export class CatalogBuilder {
  readonly #origin: { readonly kind: 'dump'; readonly label: string };
  readonly #database = new Database();
  #statements = 0;

  constructor(origin: { readonly kind: 'dump'; readonly label: string }) {
    this.#origin = origin;
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
        this.#guarded(definition, () => applyTree(this.#database, tree, definition));
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
    this.#database.problems.push({ definition: { line, sql }, kind: 'syntax', message });
  }

  /** Keeps a psql command; `\connect` starts a new session. */
  applyPsql(command: { readonly text: string; readonly line: number }): void {
    const text = command.text.trim();
    const node = /^\\\S+/.exec(text)?.[0] ?? '\\';
    if (node === '\\connect' || node === '\\c') startSession(this.#database);
    this.#database.verbatim.push({ definition: { line: command.line, sql: text }, node, kind: 'psql' });
  }

  /** The table and columns that COPY or INSERT feeds, in the order of its values. */
  copyTarget(
    name: { readonly schema?: string; readonly name: string },
    columns?: readonly string[],
  ): { readonly table: QualifiedName; readonly columns: readonly Column[] } | undefined {
    const relation = this.#database.findRelation(name);
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
    return freeze(this.#database, {
      ...this.#origin,
      statements: this.#statements,
      defaultSchema: this.#database.firstDefaultSchema ?? 'public',
      ...extra,
    });
  }

  #table(name: QualifiedName): TableDraft | undefined {
    const relation = this.#database.findRelation(name);
    return relation?.relation === 'table' ? relation : undefined;
  }

  #guarded(definition: Definition, apply: () => void): void {
    try {
      apply();
    } catch (error) {
      if (!(error instanceof StatementRefused)) throw error;
      this.#database.problems.push({ definition, kind: error.kind, message: error.message });
    }
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
