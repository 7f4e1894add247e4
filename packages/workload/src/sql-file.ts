import { InputError } from '@shardwright/core';
import { leadingBlankLength, parseStatements, splitStatements } from '@shardwright/sql';
import { createCollector } from './collector.ts';
import type { Workload } from './model.ts';

// Strings in V8 end at 512 MB; a list of queries that long is no list of queries.
const longestBytes = 256 * 1024 * 1024;

/**
 * Reads a file of SQL statements. A comment `-- calls: n` above a statement, or behind it on its last line,
 * says how often it runs (once unless said), `-- time: ms` how long all its calls took together.
 */
export async function readSqlFile(bytes: AsyncIterable<Buffer>, label: string): Promise<Workload> {
  const text = await wholeText(bytes, label);
  const collector = createCollector({ kind: 'sql', label });
  const pieces = statementsOf(text);
  const lineOf = lineCounter(text);
  pieces.forEach(({ sql, offset }, index) => {
    const end = pieces[index - 1];
    const from = end === undefined ? 0 : end.offset + end.sql.length;
    const next = pieces[index + 1];
    const above = text.slice(index === 0 ? 0 : endOfLine(text, from), offset);
    const behindFrom = offset + sql.length;
    const behind = text.slice(behindFrom, Math.min(endOfLine(text, behindFrom), next?.offset ?? text.length));
    const line = lineOf(offset);
    collector.add({ sql, line, ...notesOf(`${above}\n${behind}`, { input: label, line }) });
  });
  if (pieces.length === 0) {
    throw new InputError(
      'holds no statements',
      { input: label },
      {
        hint: 'A workload is pg_stat_statements as CSV, a PostgreSQL csvlog, or a .sql file.',
      },
    );
  }
  return collector.result();
}

async function wholeText(bytes: AsyncIterable<Buffer>, label: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > longestBytes) {
      throw new InputError(
        'is larger than 256 MB',
        { input: label },
        {
          hint: 'Give a log as csvlog, or pg_stat_statements as CSV: those are read piece by piece.',
        },
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

interface Piece {
  readonly sql: string;
  readonly offset: number;
}

/** Statements from their first words; one that does not parse does not lose the others. */
function statementsOf(text: string): readonly Piece[] {
  const parsed = parseStatements(text);
  if (parsed.ok) return parsed.statements;
  // Blanks in place of psql's own commands keep the offsets.
  const plain = text.replaceAll(/^\\[^\n]*$/gm, (command) => ' '.repeat(command.length));
  return splitStatements(plain).map(({ sql, offset }) => {
    const lead = leadingBlankLength(sql);
    return { sql: sql.slice(lead).trimEnd(), offset: offset + lead };
  });
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function notesOf(
  comments: string,
  position: { readonly input: string; readonly line: number },
): { readonly calls: number; readonly totalTimeMs?: number } {
  const calls = noteOf(comments, 'calls', position);
  const totalTimeMs = noteOf(comments, 'time', position);
  return { calls: calls ?? 1, ...(totalTimeMs === undefined ? {} : { totalTimeMs }) };
}

function noteOf(
  comments: string,
  word: 'calls' | 'time',
  position: { readonly input: string; readonly line: number },
): number | undefined {
  const pattern = new RegExp(`^[^\\n]*--(?:[^\\n]*[\\s,;])?${word}\\s*:\\s*([^\\s,;]*)`, 'gim');
  const last = [...comments.matchAll(pattern)].at(-1)?.[1];
  if (last === undefined) return undefined;
  const value = Number(last);
  if (last !== '' && Number.isFinite(value) && value >= 0 && (word === 'time' || Number.isInteger(value))) {
    return value;
  }
  throw new InputError(`the comment of this statement says "${word}: ${last}"`, position, {
    hint: 'Write -- calls: 1200 (a whole number), or -- time: 350.5 (milliseconds of all calls).',
  });
}

/** Line numbers of offsets that only grow. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (let next = text.indexOf('\n', at); next >= 0 && next < offset; next = text.indexOf('\n', at)) {
      line++;
      at = next + 1;
    }
    return line;
  };
}
