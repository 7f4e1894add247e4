import type { Chapter } from '../conformance-case.test-support.ts';
import { operationCases } from './compose-operation.test-support.ts';
import { tableCases } from './compose-tables.test-support.ts';

const container = 'it is about containers and shell scripts, which no statement shows';

/** Coordinator, two workers and scripts around them, in containers. */
export const composeScripts: Chapter = {
  name: 'compose-scripts',
  title: 'A compose cluster with scripts for migration and operation',
  cases: [...tableCases, ...operationCases],
  notRun: [
    { what: 'compose `up`, `ps`, `logs`, `down`, `down -v`', why: container },
    {
      what: 'an endless monitor loop mounted as an init script keeps the container from starting',
      why: container,
    },
    { what: '`import` looks for the export in a directory of its own time stamp', why: container },
    {
      what: 'the image citusdata/citus lacks ruvector',
      why: `${container}; ruvector.md has what its absence looks like`,
    },
    {
      what: 'shared_buffers, effective_cache_size and work_mem per role',
      why: 'the sizes are for larger machines than tests may ask for',
    },
    { what: 'PgBouncer in front of the coordinator', why: 'it is a program of its own' },
  ],
};
