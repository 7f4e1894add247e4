import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Materialised view over distributed tables. */
export const materializedViewOnCoordinator: Rule = {
  id: 'materialized-view-on-coordinator',
  title: 'Materialised view over distributed tables',
  effect: 'silent',
  severity: 'info',
  explain:
    'Materialised views cannot be distributed. One that reads distributed tables is a local table of the coordinator, which REFRESH fills by a distributed query; workers do not have it.',
  *check(subject) {
    for (const view of subject.catalog.views) {
      if (view.kind !== 'materialized') continue;
      const source = view.dependsOn.find((name) => subject.decisionOf(name).kind !== 'local');
      if (source === undefined) continue;
      yield {
        table: nameOf(view),
        message: `Materialised view ${displayName(view)} reads ${displayName(source)}.`,
        consequence:
          'It stays a table of the coordinator: workers do not have it, and its joins with distributed tables are pulled there.',
        remedy: 'Keep it if it is small; else make it a distributed table that INSERT … SELECT fills.',
        automatic: false,
        line: view.definition.line,
      };
    }
  },
};
