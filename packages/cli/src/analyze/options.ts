import { extname } from 'node:path';
import { UsageError } from '@shardwright/core';
import { type ReportFormat, reportFormats } from '@shardwright/report';

/** `table=column` as given on the command line; the table may be `schema.table`. */
export interface TableColumn {
  readonly table: string;
  readonly column: string;
}

/** How progress is shown. */
export const progressModes = ['auto', 'always', 'never', 'json'] as const;

/** When findings make the exit code 1. */
export const failLevels = ['error', 'warning', 'never'] as const;

/** One positive whole number, else a refusal that names the option. */
export function wholeNumber(option: string, text: unknown, least = 1): number {
  if (
    typeof text !== 'string' ||
    !/^\d+$/.test(text) ||
    !Number.isSafeInteger(Number(text)) ||
    Number(text) < least
  ) {
    throw new UsageError(`--${option} takes one whole number of at least ${least}, not ${shown(text)}`);
  }
  return Number(text);
}

/** One of the words an option knows. */
export function oneOf<Word extends string>(option: string, text: unknown, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new UsageError(`--${option} does not know ${shown(text)}`, {
    hint: `choose one of ${words.join(', ')}.`,
  });
}

/** A text given once. */
export function single(option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  if (Array.isArray(value)) throw new UsageError(`--${option} can be given once only, not ${shown(value)}`);
  throw new UsageError(`--${option} needs a value`);
}

/** A repeatable option's texts. */
export function several(option: string, value: unknown): readonly string[] {
  const texts = Array.isArray(value) ? value : [value];
  return texts.map((text) => {
    if (typeof text === 'string' && text !== '') return text;
    throw new UsageError(`--${option} needs a value`);
  });
}

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

const durations: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000 };

/** A duration in milliseconds; a number alone counts seconds. */
export function durationMs(option: string, text: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|min)?$/.exec(text) ?? [];
  if (amount === undefined) {
    throw new UsageError(`--${option} takes a duration such as 500ms, 30s or 2min, not ${shown(text)}`);
  }
  return Math.round(Number(amount) * (durations[unit] ?? 1000));
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
  if (format !== undefined) return oneOf('format', format, reportFormats);
  if (out === undefined || out.startsWith('/dev/')) return 'text';
  const told = formatsByExtension[extname(out).toLowerCase()];
  if (told !== undefined) return told;
  throw new UsageError(`cannot tell the format of the report from the name ${shown(out)}`, {
    hint: `end it in ${Object.keys(formatsByExtension).join(', ')}, or add --format ${reportFormats.join('|')}.`,
  });
}

function shown(value: unknown): string {
  return typeof value === 'string'
    ? `"${value}"`
    : Array.isArray(value)
      ? value.map(shown).join(' and ')
      : 'nothing';
}
