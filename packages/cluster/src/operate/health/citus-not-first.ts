import { queryEveryNode } from '../query-every-node.ts';
import type { Check } from './check.ts';

// What the server would read at its next start: pg_settings shows what it read at its last one.
const nextStart = `SELECT json_build_object('libraries', (
  SELECT setting FROM pg_file_settings
  WHERE name = 'shared_preload_libraries' AND error IS DISTINCT FROM 'setting could not be parsed'
  ORDER BY seqno DESC LIMIT 1))`;

/** A server whose configuration does not load citus first refuses to start again. */
export const citusNotFirst: Check = {
  id: 'citus-not-first',
  run: async ({ coordinator, nodes }) => {
    const answers = await queryEveryNode<{ libraries: string | null }>(coordinator, nextStart);
    return nodes.flatMap((node) => {
      const answer = answers.find(({ nodeId }) => nodeId === node.id);
      // Only superusers may read the files; what is loaded now says less, but says it to everyone.
      const next = answer?.ok ? answer.value.libraries : null;
      const libraries = next ?? node.facts?.settings.shared_preload_libraries;
      if (libraries === undefined) return [];
      const names = libraries.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
      if (names[0] === 'citus') return [];
      const ordered = ['citus', ...names.filter((name) => name !== 'citus' && name !== '')];
      return {
        severity: 'error',
        what: `${coordinator.nameOf(node)} may not start again: citus has to be loaded first`,
        evidence: `shared_preload_libraries is ${libraries}`,
        fix: `ALTER SYSTEM SET shared_preload_libraries = ${ordered.map((name) => `'${name}'`).join(', ')} on ${coordinator.nameOf(node)}, before it restarts.`,
      };
    });
  },
};
