import { SqlLexer } from './sql-lexer.ts';

/** One event with its text. */
export interface LexedText {
  readonly kind: string;
  readonly text: string;
  readonly line: number;
}

/** Lexes a text that arrives in pieces of the given sizes (the last one repeats). */
export function lexText(text: string, sizes: readonly number[] = [1 << 20]): readonly LexedText[] {
  const input = Buffer.from(text);
  const memory = Buffer.alloc(input.length + 16);
  const lexer = new SqlLexer('test.sql');
  const events: LexedText[] = [];
  let [read, end, piece] = [0, 0, 0];
  for (;;) {
    const isLast = read === input.length && end >= 0 && piece > 0;
    const event = lexer.next(memory, end, isLast);
    if (event.kind === 'end') return events;
    if (event.kind === 'more') {
      memory.copyWithin(0, event.keepFrom, end);
      lexer.shift(event.keepFrom);
      end -= event.keepFrom;
      const size = Math.max(1, sizes[Math.min(piece++, sizes.length - 1)] ?? 1);
      const copied = input.copy(memory, end, read, Math.min(input.length, read + size));
      read += copied;
      end += copied;
    } else if (event.kind === 'statement') {
      events.push({
        kind: event.kind,
        text: memory.toString('utf8', event.start, event.end).trimEnd(),
        line: event.line,
      });
    } else if (event.kind === 'insert') events.push({ kind: event.kind, text: '', line: event.line });
    else events.push(event);
  }
}
