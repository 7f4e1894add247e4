import type { QualifiedName } from '@shardwright/core';
import type { TableStatistics } from '../model/statistics.ts';
import type { Column } from '../model/table.ts';

/** Where a dump's statements go, in their order: the catalog being built. */
export interface DumpTarget {
  apply(statement: { readonly sql: string; readonly line: number }): void;
  applyPsql(command: { readonly text: string; readonly line: number }): void;
  /** The table that rows are written to, as it stands, with the columns in the rows' order. */
  copyTarget(
    name: { readonly schema?: string; readonly name: string },
    columns?: readonly string[],
  ): { readonly table: QualifiedName; readonly columns: readonly Column[] } | undefined;
  setStatistics(table: QualifiedName, statistics: TableStatistics): void;
}
