import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isBeforeLoad, type Plan, readRows } from '@shardwright/planner';
import { connect } from '@shardwright/postgres';
import { runInProcess } from '../in-process.test-support.ts';
import { migrate } from '../migrate.ts';

/** Plans a database into a directory, and does what the plan says with psql and nothing of ours. */
export async function migrated(
  databases: { readonly source: string; readonly target: string },
  directory: string,
  decisions: readonly string[],
  planned: () => Promise<void>,
): Promise<void> {
  const answer = await runInProcess(migrate, ['plan', databases.source, '--out', directory, ...decisions]);
  if (answer.code !== 0) throw new Error(answer.stderr);
  await planned();
  const plan = JSON.parse(await readFile(path.join(directory, 'plan.json'), 'utf8')) as Plan;
  await using source = await connect(databases.source);
  await using target = await connect(databases.target);
  for (const sql of ['SET client_min_messages = error', ...plan.session]) await target.query(sql);
  const apply = async (steps: Plan['steps']): Promise<void> => {
    for (const sql of steps.flatMap((step) => step.apply)) await target.query(sql);
  };
  await apply(plan.steps.filter(({ phase }) => isBeforeLoad(phase)));
  for (const load of plan.loads) {
    const rows = psql(databases.source, `COPY (${readRows(load)}) TO STDOUT (FORMAT binary)`);
    psql(databases.target, `${load.copy} (FORMAT binary)`, rows);
  }
  await apply(plan.steps.filter(({ phase }) => !isBeforeLoad(phase)));
  for (const { readPosition, setPosition } of plan.sequences) {
    const [position] = await source.query<{ last_value: string; is_called: boolean }>(readPosition);
    await target.query(setPosition, [position?.last_value, position?.is_called]);
  }
}

function psql(url: string, command: string, input?: Buffer): Buffer {
  return execFileSync('psql', ['-X', '-v', 'ON_ERROR_STOP=1', '-c', command, url], { input, maxBuffer: 1e8 });
}
