import { plural } from '@shardwright/core';
import type { Rule } from './rule.ts';

/** Extensions have to be installed on every node. */
export const extensionOnEveryNode: Rule = {
  id: 'extension-on-every-node',
  title: 'Extensions have to be installed on every node',
  effect: 'advice',
  severity: 'info',
  explain:
    "Citus runs CREATE EXTENSION on the workers too, which needs the extension's files there. Hosted Citus offers a fixed list of them.",
  *check(subject) {
    if (!subject.catalog.tables.some((table) => subject.decisionOf(table).kind !== 'local')) return;
    const needed = subject.catalog.extensions.filter(({ name }) => name !== 'plpgsql' && name !== 'citus');
    const [first] = needed;
    if (first === undefined) return;
    yield {
      message: `${plural(needed.length, 'extension')} in use: ${needed.map(({ name }) => name).join(', ')}.`,
      consequence: 'Where a node lacks the files, CREATE EXTENSION fails on all nodes.',
      remedy:
        'Install the packages on every node (or check the list of the hosting), then CREATE EXTENSION on the coordinator.',
      automatic: false,
      line: first.definition.line,
    };
  },
};
