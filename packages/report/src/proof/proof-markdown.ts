import { formatExact, formatShare } from '@shardwright/core';
import type { Proof } from '@shardwright/planner';
import { code, inline, table } from '../markdown.ts';
import { queryClassLabel } from '../query-class-label.ts';
import { proofSentence, provenTitle, surprises, surpriseText } from './proof-words.ts';

const mostQueries = 40;

/** A proof as a section of Markdown: what was tried, and the queries that do not run as expected. */
export function proofMarkdown(proof: Proof): string[] {
  const all = surprises(proof);
  const rest = all.length - mostQueries;
  const trouble = [
    ...[...proof.failures, ...proof.undo.failures].map(
      ({ step, message }) => `- ${code(step)}: ${inline(message)}`,
    ),
    ...proof.differences.map(
      ({ object, expected, found }) =>
        `- ${code(object)}: planned ${inline(expected)}, found ${inline(found)}`,
    ),
    ...proof.undo.left.map((left) => `- still there: ${code(left)}`),
  ];
  return [
    `## ${inline(provenTitle(proof))}`,
    '',
    inline(`On empty tables, ${proofSentence(proof)}`),
    ...(trouble.length === 0 ? [] : ['', ...trouble.slice(0, mostQueries)]),
    ...(all.length === 0
      ? []
      : [
          '',
          ...table(
            ['Query', 'Calls', 'Expected', 'Really', 'Why'],
            all
              .slice(0, mostQueries)
              .map((query) => [
                code(shorten(query.sql)),
                formatShare(query.shareOfCalls),
                queryClassLabel(query.predicted).words,
                query.real === undefined ? 'not tried' : queryClassLabel(query.real).words,
                inline(surpriseText(query)),
              ]),
            'lrlll',
          ),
        ]),
    ...(rest > 0 ? ['', `… and ${formatExact(rest)} more: plan.json lists all.`] : []),
  ];
}

function shorten(sql: string): string {
  const flat = sql.replace(/\s+/g, ' ').trim();
  return flat.length <= 160 ? flat : `${flat.slice(0, 159)}…`;
}
