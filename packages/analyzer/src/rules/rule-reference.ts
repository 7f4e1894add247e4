import { rules } from './registry.ts';

const effectWords = {
  refused: 'Citus refuses it',
  silent: 'Citus says nothing',
  advice: 'advice',
} as const;

/** docs/rules.md: one section per rule, generated so that it cannot drift from the rules. */
export function ruleReference(): string {
  const sections = rules.map(
    (rule) =>
      `## ${rule.id}\n\n**${rule.title}** · ${effectWords[rule.effect]} · ${rule.severity}\n\n${rule.explain}\n`,
  );
  return [
    '# Rules',
    '',
    'What Citus 13.2 asks of a schema, what it does without a word, and what is good to know. `migrate analyze` checks all of',
    'them at once against the proposed design. Findings carry the message that the server would print, the line of the statement',
    'behind them, the consequence and the remedy. This page is generated from `packages/analyzer/src/rules`.',
    '',
    ...sections,
  ].join('\n');
}
