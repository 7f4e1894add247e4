import type { Check } from './check.ts';
import { loadsCitusFirst } from './citus-not-first.ts';

/** What other checks say of settings holds until the next start only, where the configuration has changed since. */
export const restartPending: Check = {
  id: 'restart-pending',
  run: ({ coordinator, nodes, pending }) =>
    nodes.flatMap((node) => {
      // With which it would not start again: another check tells, and to restart it would be wrong advice.
      const isHarmful = (name: string, next: string | null) =>
        name === 'shared_preload_libraries' && next !== null && !loadsCitusFirst(next);
      const changed = (pending.get(node.id) ?? []).filter(({ name, next }) => !isHarmful(name, next));
      if (changed.length === 0) return [];
      const at = coordinator.nameOf(node);
      const values = changed.map(
        ({ name, running, next }) =>
          `${name} is ${running}${next === null ? '' : `, in its configuration ${next}`}`,
      );
      return {
        severity: 'warning',
        what: `${at} will run with other settings from its next start on`,
        evidence: values.join('; '),
        fix: `Restart ${at} if they are wanted; if not: ${changed.map(({ name }) => `ALTER SYSTEM RESET ${name}`).join('; ')}, or mend its postgresql.conf.`,
      };
    }),
};
