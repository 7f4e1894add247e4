import type { Catalog, Routine } from '@shardwright/catalog';

/** A function that an expression calls and that reads or writes a table of the catalog. */
export interface ReadingRoutine {
  readonly routine: Routine;
  /** The first table that its text names. */
  readonly reads: string;
}

/** Finds functions that read tables among those an SQL expression calls; indexes the catalog's functions once. */
export function readingRoutines(catalog: Catalog): (expression: string) => ReadingRoutine | undefined {
  const tables = new Set(catalog.tables.map((table) => table.name));
  const reading = new Map<string, ReadingRoutine>();
  for (const routine of catalog.routines) {
    const reads = tableRead(routine.definition.sql, tables);
    if (reads !== undefined && !reading.has(routine.name)) reading.set(routine.name, { routine, reads });
  }
  return (expression) => {
    if (reading.size === 0) return undefined;
    for (const [, called = ''] of expression.matchAll(/"?([\w$]+)"?\s*\(/g)) {
      const found = reading.get(called);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** The first table that a function's text names where a table must stand. */
function tableRead(sql: string, tables: ReadonlySet<string>): string | undefined {
  const mentions = sql.matchAll(
    /\b(?:from|join|into|update)\s+(?:only\s+)?(?:"?[\w$]+"?\s*\.\s*)?"?([\w$]+)"?/gi,
  );
  for (const [, name = ''] of mentions) if (tables.has(name)) return name;
  return undefined;
}
