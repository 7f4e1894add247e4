import { readFileSync } from 'node:fs';
import path from 'node:path';
import { quietContext } from '@shardwright/core';
import { loadParser, parseStatements } from '@shardwright/sql';
import { type CorpusKind, corpusFiles, corpusMissing } from '@shardwright/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { DumpFeed } from './dump-feed.ts';
import type { DumpSource } from './dump-source.ts';

const kinds: readonly CorpusKind[] = ['dumps', 'migrated', 'bench', 'truth', 'stress', 'workloads'];
const files = kinds.flatMap((kind) => corpusFiles(kind) ?? []).filter((file) => file.endsWith('.sql'));

/** A file's text in pieces of a size that puts window edges everywhere. */
function piecewise(file: string, pieceBytes: number): DumpSource {
  const bytes = readFileSync(file);
  let at = 0;
  return {
    label: path.basename(file),
    doneBytes: () => at,
    read: async (target) => {
      const copied = bytes.copy(target, 0, at, Math.min(bytes.length, at + pieceBytes));
      at += copied;
      return copied;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

async function statementsOf(
  file: string,
  pieceBytes: number,
): Promise<readonly { sql: string; line: number }[]> {
  const statements: { sql: string; line: number }[] = [];
  const target = {
    apply: (statement: { sql: string; line: number }) => void statements.push(statement),
    applyPsql: () => {},
    copyTarget: () => undefined,
    setStatistics: () => {},
  };
  await new DumpFeed(piecewise(file, pieceBytes), target, { context: quietContext() }).run();
  return statements;
}

test('the corpus is there', (context) => {
  if (files.length === 0) context.skip(corpusMissing);
});

describe.each(files)('%s', (file) => {
  beforeAll(loadParser);

  test('splits into statements that PostgreSQL’s parser takes one by one', async () => {
    const statements = await statementsOf(file, 1 << 20);
    expect(statements.length).toBeGreaterThan(0);
    const refused = statements.flatMap(({ sql, line }) => {
      const parsed = parseStatements(sql);
      if (parsed.ok && parsed.statements.length === 1) return [];
      return [`${line}: ${parsed.ok ? `${parsed.statements.length} statements` : parsed.problem.message}`];
    });
    expect(refused).toEqual([]);
  });

  test('gives each statement the line it is written on', async () => {
    const lines = readFileSync(file, 'utf8').split('\n');
    for (const { sql, line } of await statementsOf(file, 1 << 20)) {
      const [first = ''] = sql.split('\n');
      expect(lines[line - 1]?.replace('\r', '')).toContain(first.replace('\r', '').slice(0, 40));
    }
  });

  test('does not depend on how the input arrives', async () => {
    expect(await statementsOf(file, 997)).toEqual(await statementsOf(file, 1 << 20));
  });
});
