import { describeTaskError, readJobs } from '../rebalance/background-job.ts';
import type { Check, Finding } from './check.ts';

/** A background job whose task fails is tried again for hours, and meanwhile calls itself running. */
export const backgroundJobs: Check = {
  id: 'background-jobs',
  run: async ({ coordinator }) => {
    const jobs = await readJobs(coordinator);
    const latest = jobs[0];
    return jobs.flatMap((job): Finding[] => {
      const failing = job.tasks.find(({ error }) => error !== undefined);
      const isOver = job.state === 'finished' || job.state === 'cancelled';
      // Of jobs that are over only the last one still says something about the cluster.
      if (isOver || (job.state === 'failed' && job !== latest)) return [];
      if (job.state !== 'failed' && !failing) return [];
      return [
        {
          severity: 'error',
          what: `background job ${job.id} (${job.description}) ${job.state === 'failed' ? 'has failed' : `says ${job.state}, but its task fails`}`,
          evidence: failing ? describeTaskError(failing) : `its state is ${job.state}`,
          fix:
            job.state === 'failed'
              ? 'Mend what the message names, then start it again.'
              : 'Mend what the message names and it goes on by itself, or stop it with SELECT citus_rebalance_stop().',
        },
      ];
    });
  },
};
