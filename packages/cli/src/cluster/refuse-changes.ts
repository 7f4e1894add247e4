import { type ClusterRecord, type Resources, settingsByRole, type UpOptions } from '@shardwright/cluster';
import { UsageError } from '@shardwright/core';
import type { Arguments } from '../arguments.ts';

/**
 * Throws {@link UsageError} when `cluster up` asks for something else than the cluster of that name is: it is started
 * as it was made, and an option that changes nothing would be a misunderstanding. The same command twice is none.
 */
export function refuseChanges(
  record: ClusterRecord,
  args: Arguments,
  asked: Pick<UpOptions, 'settings' | 'password'> & { readonly resources: Resources },
): void {
  const workers = record.nodes.length - 1;
  const port = record.nodes[0]?.port;
  const is: readonly (readonly [option: string, value: string, words: string])[] = [
    ['workers', String(workers), workers === 1 ? '1 worker' : `${workers} workers`],
    ['port', String(port), `port ${port}`],
    ['provider', record.provider, `the provider ${record.provider}`],
    ['user', record.user, `the user ${record.user}`],
    ['database', record.database, `the database ${record.database}`],
  ];
  for (const [option, value, words] of is) {
    const text = args.text(option);
    if (text !== undefined && text !== value) throw refusal(record, words);
  }
  // PGPASSWORD may be meant for anything.
  const typed = args.text('password') ?? args.text('password-file');
  if (typed !== undefined && asked.password !== record.password) throw refusal(record, 'another password');
  refuseSettings(record, args, asked);
}

function refuseSettings(
  record: ClusterRecord,
  args: Arguments,
  { settings = {}, resources }: Pick<UpOptions, 'settings'> & { readonly resources: Resources },
): void {
  const workers = record.nodes.length - 1;
  const wanted =
    args.text('memory') === undefined
      ? settings
      : settingsByRole({ workers, resources: { ...resources, workers }, settings });
  for (const role of ['coordinator', 'worker'] as const) {
    for (const [name, value] of Object.entries(wanted[role] ?? {})) {
      const has = record.settings[role][name];
      if (String(has) === String(value)) continue;
      throw refusal(record, `${has === undefined ? `no ${name}` : `${name} = ${has}`} on its ${role}`);
    }
  }
}

function refusal({ name }: ClusterRecord, has: string): UsageError {
  return new UsageError(`the cluster ${name} is there already, with ${has}`, {
    hint: `start it as it is with cluster up --name ${name}, choose another --name, or remove it first: cluster down --name ${name} --volumes`,
  });
}
