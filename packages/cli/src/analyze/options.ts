import { extname } from 'node:path';
import { UsageError } from '@shardwright/core';
import { type ReportFormat, reportFormats } from '@shardwright/report';
import { oneOf, shown } from '../arguments.ts';

/** `table=column` as given on the command line; the table may be `schema.table`. */
export interface TableColumn {
  readonly table: string;
  readonly column: string;
}

/** When findings make the exit code 1. */
export const failLevels = ['error', 'warning', 'never'] as const;

/** `orders=customer_id`, cut at the last `=` outside quotes. */
export function tableColumn(option: string, text: string): TableColumn {
  const parts = /^((?:"(?:[^"]|"")*"|[^"=])+)=((?:"(?:[^"]|"")*"|[^"=])+)$/.exec(text);
  const [, table, column] = parts ?? [];
  if (table === undefined || column === undefined) {
    throw new UsageError(`--${option} takes TABLE=COLUMN, not ${shown(text)}`, {
      hint: `for example --${option} orders=customer_id.`,
    });
  }
  return { table, column };
}

const formatsByExtension: Readonly<Record<string, ReportFormat>> = {
  '.html': 'html',
  '.htm': 'html',
  '.json': 'json',
  '.md': 'markdown',
  '.sarif': 'sarif',
  '.txt': 'text',
};

/** The format asked for, else the one the file's name tells, else text for standard output and devices. */
export function reportFormat(format: string | undefined, out: string | undefined): ReportFormat {
  if (format !== undefined) return oneOf('--format', format, reportFormats);
  if (out === undefined || out.startsWith('/dev/')) return 'text';
  const told = formatsByExtension[extname(out).toLowerCase()];
  if (told !== undefined) return told;
  throw new UsageError(`cannot tell the format of the report from the name ${shown(out)}`, {
    hint: `end it in ${Object.keys(formatsByExtension).join(', ')}, or add --format ${reportFormats.join('|')}.`,
  });
}
