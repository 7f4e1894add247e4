import type { Catalog } from '@shardwright/catalog';
import type { Design } from '../model/design.ts';
import type { Finding } from '../model/finding.ts';
import { keyOf } from './object-key.ts';
import { rules } from './registry.ts';
import { ruleSubject } from './subject.ts';

const severityRank = { error: 0, warning: 1, info: 2 } as const;

/**
 * Everything the rules have to say about a catalog under a design, at once. Ordered by severity, table, line,
 * rule and object, so that equal inputs give equal reports.
 */
export function runRules(input: { readonly catalog: Catalog; readonly design: Design }): readonly Finding[] {
  const subject = ruleSubject(input.catalog, input.design);
  const keyed: { readonly finding: Finding; readonly table: string }[] = [];
  for (const rule of rules) {
    for (const draft of rule.check(subject)) {
      const finding = {
        rule: rule.id,
        title: rule.title,
        effect: rule.effect,
        ...draft,
        severity: draft.severity ?? rule.severity,
      };
      keyed.push({ finding, table: finding.table === undefined ? '' : keyOf(finding.table) });
    }
  }
  keyed.sort(
    (a, b) =>
      severityRank[a.finding.severity] - severityRank[b.finding.severity] ||
      compare(a.table, b.table) ||
      a.finding.line - b.finding.line ||
      compare(a.finding.rule, b.finding.rule) ||
      compare(a.finding.object ?? '', b.finding.object ?? ''),
  );
  return keyed.map((entry) => entry.finding);
}

/** By code unit: the same on every machine, whatever its locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
