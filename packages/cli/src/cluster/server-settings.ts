import {
  type NodeRole,
  type Resources,
  roleSettings,
  type ServerSettings,
  type Setting,
} from '@shardwright/cluster';
import { UsageError } from '@shardwright/core';
import { displayWidth, wrap } from '@shardwright/report';
import type { Arguments } from '../arguments.ts';
import type { CommandIo } from '../command-io.ts';

/** Lines of postgresql.conf that were asked for, by role: those for all nodes, then those for one role. */
export function givenSettings(args: Arguments): Readonly<Record<NodeRole, ServerSettings>> {
  const all = settingsOf('set', args);
  return {
    coordinator: { ...all, ...settingsOf('coordinator-set', args) },
    worker: { ...all, ...settingsOf('worker-set', args) },
  };
}

function settingsOf(option: string, args: Arguments): ServerSettings {
  return Object.fromEntries(
    args.list(option).map((text) => {
      const [, name, value] = /^([a-z_][\w.]*)=(.*)$/i.exec(text) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw new UsageError(`--${option} takes NAME=VALUE, not "${text}"`, {
        hint: `for example --${option} work_mem=64MB.`,
      });
    }),
  );
}

const ours: Setting['why'] = 'as you asked';

/** What each role's nodes would get, and why. */
export async function showSettings(
  given: Readonly<Record<NodeRole, ServerSettings>>,
  resources: Resources,
  io: CommandIo,
): Promise<void> {
  const roles: readonly NodeRole[] = resources.workers === 0 ? ['coordinator'] : ['coordinator', 'worker'];
  const settings = roles.map((role) => ({ role, settings: merged(role, given[role], resources) }));
  const { memoryBytes, cores, workers } = resources;
  if (io.json) {
    const byRole = Object.fromEntries(settings.map(({ role, settings: lines }) => [role, lines]));
    await io.printJson({ memoryBytes, cores, workers, settings: byRole });
    return;
  }
  const [coordinator = [], worker = []] = settings.map(({ settings: lines }) => lines);
  await io.print(`${io.paint.strong(workers === 0 ? 'The node' : 'Coordinator')}\n`);
  await printSettings(coordinator, io);
  if (workers === 0) return;
  const differing = worker.filter(
    ({ name, value, why }) =>
      !coordinator.some((one) => one.name === name && one.value === value && one.why === why),
  );
  await io.print(
    `\n${io.paint.strong(workers === 1 ? 'Worker' : `Each of ${workers} workers`)}, otherwise as the coordinator\n`,
  );
  await printSettings(differing, io);
}

async function printSettings(settings: readonly Setting[], io: CommandIo): Promise<void> {
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(displayWidth));
  const names = widest(settings.map(({ name }) => name));
  const values = widest(settings.map(({ value }) => String(value)));
  const room = io.width - names - values - 4;
  if (room < leastReason) return printStacked(settings, io);
  const rows = settings.flatMap(({ name, value, why }) =>
    // A reason is read to its end or not at all.
    wrap(why, room).map((line, index) => (index === 0 ? [name, String(value), line] : ['', '', line])),
  );
  const columns = [{ title: 'Setting' }, { title: 'Value' }, { title: 'Why' }];
  await io.printTable(columns, rows, (text, _row, column) => (column === 2 ? io.paint.faint(text) : text));
}

const leastReason = 30;

async function printStacked(settings: readonly Setting[], { print, paint, width }: CommandIo): Promise<void> {
  for (const { name, value, why } of settings) {
    const reason = wrap(why, width - 4).map((line) => `    ${paint.faint(line)}\n`);
    await print(`${name} = ${value}\n${reason.join('')}`);
  }
}

/** Derived lines in their order, those asked for in their place, others after them. */
function merged(role: NodeRole, given: ServerSettings, resources: Resources): readonly Setting[] {
  const derived = roleSettings(role, resources);
  const names = new Set(derived.map(({ name }) => name));
  return [
    ...derived.map((setting): Setting => {
      const value = given[setting.name];
      return value === undefined ? setting : { name: setting.name, value, why: ours };
    }),
    ...Object.entries(given)
      .filter(([name]) => !names.has(name))
      .map(([name, value]): Setting => ({ name, value, why: ours })),
  ];
}
