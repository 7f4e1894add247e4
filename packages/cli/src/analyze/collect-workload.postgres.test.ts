import { quietContext } from '@shardwright/core';
import { testDatabase } from '@shardwright/testing';
import { expect, it } from 'vitest';
import { collectWorkload } from './collect-workload.ts';

const database = testDatabase();

it('says why a server tells no workload, and how to get one', async () => {
  expect(await collectWorkload({ files: [], database: database.url }, quietContext())).toEqual({
    noWorkload: {
      reason: 'the server does not preload pg_stat_statements',
      remedy: expect.stringContaining('shared_preload_libraries'),
    },
  });
});
