import { deparse, fingerprint, normalize, type ParsedStatement } from '@shardwright/sql';
import type { UnparsedQuery, Workload, WorkloadSource } from './model.ts';
import { addQuery, closedQueries, type OpenQuery } from './open-query.ts';
import { parseStatistical } from './placeholders.ts';
import { innerQuery, shapeOf } from './shape.ts';

/** One statement as a source tells it. */
interface StatementRecord {
  readonly sql: string;
  readonly calls: number;
  readonly totalTimeMs?: number;
  readonly rows?: number;
  readonly line: number;
}

/** How a source's texts are to be taken. */
export interface CollectorOptions {
  readonly kind: WorkloadSource['kind'];
  readonly label: string;
  /** Logs hold their users' values, which have no place in a report: they become `$n`. */
  readonly hideConstants?: boolean;
  /** pg_stat_statements counts what EXECUTE runs under the text of PREPARE. */
  readonly countPrepared?: boolean;
}

/** Gathers the records of one source into one entry per query. */
export interface Collector {
  add(record: StatementRecord): void;
  /** Counts a record that is known not to be a query. */
  ignore(): void;
  result(): Workload;
}

type Understood =
  | {
      readonly kind: 'queries';
      readonly queries: readonly { readonly fingerprint: string; readonly sql: string }[];
    }
  | { readonly kind: 'unparsed'; readonly message: string };

// Logs repeat few texts often; those with constants of their own would fill the memory.
const rememberedTexts = 20_000;

/** A collector for one source. The parser must have been loaded. */
export function createCollector(options: CollectorOptions): Collector {
  const { kind, label } = options;
  const queries = new Map<string, OpenQuery>();
  const unparsed = new Map<string, { -readonly [Key in keyof UnparsedQuery]: UnparsedQuery[Key] }>();
  const remembered = new Map<string, Understood>();
  let records = 0;
  let ignored = 0;

  const understandOnce = (sql: string): Understood => {
    const known = remembered.get(sql);
    if (known) return known;
    if (remembered.size >= rememberedTexts) remembered.clear();
    const understood = understand(sql, options);
    remembered.set(sql, understood);
    return understood;
  };

  return {
    add(record) {
      records++;
      const source = { label, line: record.line };
      // Texts that differ in constants alone are understood once: a log of 100 MB may hold no two equal ones.
      const understood = understandOnce(options.hideConstants ? withoutConstants(record.sql) : record.sql);
      if (understood.kind === 'unparsed') {
        const sum = unparsed.get(record.sql);
        if (sum) sum.calls += record.calls;
        else {
          unparsed.set(record.sql, {
            sql: record.sql,
            message: understood.message,
            calls: record.calls,
            source,
          });
        }
        return;
      }
      if (understood.queries.length === 0) ignored++;
      // What one of several statements sent together took is not known.
      const isAlone = understood.queries.length === 1;
      for (const query of understood.queries) {
        const cost = {
          calls: record.calls,
          totalTimeMs: isAlone ? record.totalTimeMs : undefined,
          rows: isAlone ? record.rows : undefined,
        };
        addQuery(queries, { ...query, source, ...cost });
      }
    },
    ignore() {
      records++;
      ignored++;
    },
    result: () => ({
      sources: [{ kind, label, records, ignored }],
      queries: closedQueries(queries),
      unparsed: [...unparsed.values()],
    }),
  };
}

function withoutConstants(sql: string): string {
  try {
    return normalize(sql);
  } catch {
    // Told as unparsed, or read once its question marks are parameters.
    return sql;
  }
}

function understand(text: string, options: CollectorOptions): Understood {
  const parsed = parseStatistical(text);
  if (!parsed.ok) return { kind: 'unparsed', message: parsed.problem.message };
  const queries = parsed.statements.flatMap((statement) => {
    const query = queryOf(statement, options);
    if (query === undefined) return [];
    const shape = shapeOf(query.tree);
    if (shape.kind === 'other') return [];
    const sql = options.hideConstants ? withoutConstants(query.sql) : query.sql;
    return [{ fingerprint: `${fingerprint(sql)}${shape.suffix}`, sql }];
  });
  return { kind: 'queries', queries };
}

function queryOf(
  statement: ParsedStatement,
  { countPrepared }: CollectorOptions,
): Pick<ParsedStatement, 'tree' | 'sql'> | undefined {
  const inner = innerQuery(statement.tree);
  if (inner === undefined) return statement;
  if ('PrepareStmt' in statement.tree && !countPrepared) return undefined;
  return { tree: inner, sql: deparse(inner) };
}
