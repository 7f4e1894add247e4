import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folders of the corpus of real schemas, workloads and labelled queries. */
export type CorpusKind =
  | 'dumps'
  | 'migrated'
  | 'bench'
  | 'truth'
  | 'stress'
  | 'workloads'
  | 'oracle'
  | 'hash';

/** Why tests that need the corpus skip without it. */
export const corpusMissing = 'the corpus is not beside the repository (../shared/corpus)';

const corpusDirectory = fileURLToPath(new URL('../../../../shared/corpus', import.meta.url));

/** Paths of a folder's data files in order of name; `undefined` where there is no corpus. */
export function corpusFiles(kind: CorpusKind): readonly string[] | undefined {
  try {
    const directory = path.join(corpusDirectory, kind);
    return readdirSync(directory)
      .filter((name) => !name.endsWith('.md'))
      .sort()
      .map((name) => path.join(directory, name));
  } catch {
    return undefined;
  }
}

/** One file's path; `undefined` where there is no corpus. */
export function corpusFile(kind: CorpusKind, name: string): string | undefined {
  return corpusFiles(kind)?.find((file) => path.basename(file) === name);
}
