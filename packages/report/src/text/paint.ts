import { styleText } from 'node:util';
import type { Severity } from '@shardwright/analyzer';

/** The few styles of the terminal report. */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly severity: (severity: Severity, text: string) => string;
}

const plain = (text: string): string => text;

const colors = { error: 'red', warning: 'yellow', info: 'cyan' } as const;

/** ANSI styles, or none. Whether the terminal wants them is the caller's to know. */
export function createPaint(color: boolean): Paint {
  if (!color) return { strong: plain, faint: plain, good: plain, severity: (_, text) => text };
  const style =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      styleText(format, text, { validateStream: false });
  return {
    strong: style('bold'),
    faint: style('dim'),
    good: style('green'),
    severity: (severity, text) => style(colors[severity])(text),
  };
}
