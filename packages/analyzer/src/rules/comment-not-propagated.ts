import { plural } from '@shardwright/core';
import type { Rule } from './rule.ts';

/** Comments stay on the coordinator. */
export const commentNotPropagated: Rule = {
  id: 'comment-not-propagated',
  title: 'Comments stay on the coordinator',
  effect: 'silent',
  severity: 'info',
  explain:
    "COMMENT ON a table, a column and the like is kept in the coordinator's catalog; the workers' shell tables and the shards have none.",
  *check(subject) {
    const [first] = subject.catalog.comments;
    if (first === undefined) return;
    if (!subject.catalog.tables.some((table) => subject.decisionOf(table).kind !== 'local')) return;
    yield {
      message: `${plural(subject.catalog.comments.length, 'comment')} in this database.`,
      consequence: 'Clients that connect to a worker do not see them.',
      remedy: 'Nothing, unless tools read comments through workers; then repeat them there.',
      automatic: false,
      line: first.definition.line,
    };
  },
};
