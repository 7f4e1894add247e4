import type { Finding, Severity } from '@shardwright/analyzer';

/** All findings of one rule. */
export interface FindingGroup {
  readonly rule: string;
  readonly title: string;
  /** The worst among its findings. */
  readonly severity: Severity;
  readonly effects: readonly Finding['effect'][];
  /** Each with its index in `Analysis.findings`, by source line. */
  readonly findings: readonly { readonly index: number; readonly finding: Finding }[];
  /** How many of them a mechanical change settles. */
  readonly automatic: number;
}

const order: readonly Severity[] = ['error', 'warning', 'info'];

/** The rank of a severity: 0 is worst. */
export function severityRank(severity: Severity): number {
  return order.indexOf(severity);
}

/** One character per severity, for narrow places. */
export const severityMarks: Readonly<Record<Severity, string>> = { error: '✗', warning: '!', info: '·' };

/** A severity with its number: `1 error`, `2 warnings`, `3 notes`. */
export function severityNoun(severity: Severity): string {
  return severity === 'info' ? 'note' : severity;
}

/** Findings by rule: worst rules first, then the most frequent. */
export function groupFindings(findings: readonly Finding[]): readonly FindingGroup[] {
  const byRule = new Map<string, { index: number; finding: Finding }[]>();
  for (const [index, finding] of findings.entries()) {
    const known = byRule.get(finding.rule);
    if (known) known.push({ index, finding });
    else byRule.set(finding.rule, [{ index, finding }]);
  }
  return [...byRule.entries()]
    .map(([rule, members]): FindingGroup => {
      const ranks = members.map(({ finding }) => severityRank(finding.severity));
      return {
        rule,
        title: members[0]?.finding.title ?? rule,
        severity: order[ranks.reduce((worst, rank) => Math.min(worst, rank), order.length - 1)] ?? 'info',
        effects: [...new Set(members.map(({ finding }) => finding.effect))],
        findings: members.sort(
          (a, b) =>
            severityRank(a.finding.severity) - severityRank(b.finding.severity) ||
            a.finding.line - b.finding.line ||
            a.index - b.index,
        ),
        automatic: members.filter(({ finding }) => finding.automatic).length,
      };
    })
    .sort(
      (a, b) =>
        severityRank(a.severity) - severityRank(b.severity) ||
        b.findings.length - a.findings.length ||
        (a.rule < b.rule ? -1 : 1),
    );
}

/** Distinct source lines of a group in order; empty for live databases. */
export function sourceLines(group: FindingGroup): readonly number[] {
  const lines = new Set(group.findings.map(({ finding }) => finding.line).filter((line) => line > 0));
  return [...lines].sort((a, b) => a - b);
}
