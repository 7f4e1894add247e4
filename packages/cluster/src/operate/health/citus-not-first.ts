import type { Check } from './check.ts';
import { nextValue } from './pending-settings.ts';

/** A server whose configuration does not load citus first refuses to start again. */
export const citusNotFirst: Check = {
  id: 'citus-not-first',
  run: ({ coordinator, nodes, pending }) =>
    nodes.flatMap((node) => {
      const libraries =
        nextValue(pending, node.id, 'shared_preload_libraries') ??
        node.facts?.settings.shared_preload_libraries;
      if (libraries === undefined || loadsCitusFirst(libraries)) return [];
      const others = namesIn(libraries).filter((name) => name !== 'citus' && name !== '');
      const ordered = ['citus', ...others].map((name) => `'${name}'`).join(', ');
      return {
        severity: 'error',
        what: `${coordinator.nameOf(node)} may not start again: citus has to be loaded first`,
        evidence: `shared_preload_libraries is ${libraries}`,
        fix: `ALTER SYSTEM SET shared_preload_libraries = ${ordered} on ${coordinator.nameOf(node)}, before it restarts.`,
      };
    }),
};

/** Whether a value of shared_preload_libraries begins with citus. */
export function loadsCitusFirst(libraries: string): boolean {
  return namesIn(libraries)[0] === 'citus';
}

function namesIn(libraries: string): readonly string[] {
  return libraries.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
}
