import { quietContext } from '@shardwright/core';
import { corpusFile, corpusMissing } from '@shardwright/testing';
import { expect, test } from 'vitest';
import { readWorkload } from './index.ts';

test.for([
  ['citus_ch_queries.sql', 22],
  ['job_queries.sql', 113],
] as const)('%s is read whole: %i statements', async ([name, count], ctx) => {
  const path = corpusFile('workloads', name);
  if (path === undefined) return ctx.skip(corpusMissing);
  const { sources, queries, unparsed } = await readWorkload({ path }, quietContext());
  expect(unparsed).toEqual([]);
  expect(sources).toMatchObject([{ kind: 'sql', records: count, ignored: 0 }]);
  expect(queries.reduce((sum, { calls }) => sum + calls, 0)).toBe(count);
});
