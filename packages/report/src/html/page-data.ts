import type { Finding, QueryAnalysis, TableAnalysis } from '@shardwright/analyzer';
import { displayName, formatBytes, formatCount, formatExact, formatShare, nameKey } from '@shardwright/core';
import type { QueryProof } from '@shardwright/planner';
import {
  backfillPath,
  type DecisionLabel,
  decisionColumn,
  decisionGroup,
  decisionLabel,
  decisionRemarks,
  describeDecision,
  labelInWords,
} from '../decision-label.ts';
import { queryProofOf } from '../proof/proof-words.ts';
import type { ProvenAnalysis } from '../proof/proven-analysis.ts';
import { type QueryClassLabel, queryClassLabel } from '../query-class-label.ts';

/** A table as the page shows it: numbers to sort by, texts to print. */
export interface PageTable {
  readonly id: number;
  readonly name: string;
  readonly label: DecisionLabel;
  readonly words: string;
  readonly by: string;
  readonly group: string;
  readonly rows: number;
  readonly rowsText: string;
  readonly bytes: number;
  readonly bytesText: string;
  readonly skew: number;
  readonly skewText: string;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly line: number;
  readonly remarks: readonly string[];
  readonly path: string;
  readonly reasons: readonly string[];
  readonly candidates: readonly {
    readonly what: string;
    readonly cost: string;
    readonly note: string;
    readonly chosen: boolean;
  }[];
  readonly findings: readonly number[];
}

/** A finding as the page shows it. */
export interface PageFinding {
  readonly rule: string;
  readonly severity: Finding['severity'];
  readonly table: string;
  readonly tableId: number;
  readonly object: string;
  readonly message: string;
  readonly consequence: string;
  readonly remedy: string;
  readonly citus: string;
  readonly automatic: boolean;
  readonly line: number;
}

/** A workload query as the page shows it. */
export interface PageQuery {
  readonly sql: string;
  readonly words: string;
  readonly reach: QueryClassLabel['reach'];
  /** The class that Citus gave it where it was asked, else empty. */
  readonly real: string;
  readonly realReach: QueryClassLabel['reach'];
  readonly isAsPredicted: boolean;
  readonly calls: string;
  readonly callShare: number;
  readonly callShareText: string;
  readonly timeShareText: string;
  readonly reason: string;
  readonly error: string;
  readonly add: string;
  readonly source: string;
}

/** Everything the page's program reads. */
export interface PageData {
  readonly tables: readonly PageTable[];
  readonly findings: readonly PageFinding[];
  readonly queries: readonly PageQuery[];
}

/** The analysis in the page's terms; what is largest, worst or slowest comes first. */
export function pageData(analysis: ProvenAnalysis): PageData {
  const proofOf = queryProofOf(analysis.proof);
  const ids = new Map(analysis.tables.map((table, id) => [nameKey(table), id]));
  return {
    tables: analysis.tables.map((table, id) => pageTable(table, id, analysis.findings)),
    findings: analysis.findings.map((finding) => pageFinding(finding, ids)),
    queries: [...(analysis.workload?.queries ?? [])]
      .sort((a, b) => (b.shareOfTime ?? b.shareOfCalls) - (a.shareOfTime ?? a.shareOfCalls))
      .map((query) => pageQuery(query, proofOf(query.fingerprint))),
  };
}

function pageTable(table: TableAnalysis, id: number, all: readonly Finding[]): PageTable {
  const { decision } = table;
  const count = (severity: Finding['severity']): number =>
    table.findings.filter((index) => all[index]?.severity === severity).length;
  return {
    id,
    name: displayName(table),
    label: decisionLabel(decision),
    words: labelInWords(decisionLabel(decision)),
    by: decisionColumn(decision),
    group: decisionGroup(decision),
    rows: table.rows?.count ?? -1,
    rowsText: table.rows === undefined ? '' : formatCount(table.rows.count),
    bytes: table.bytes ?? -1,
    bytesText: table.bytes === undefined ? '' : formatBytes(table.bytes),
    skew: table.skew?.maxOverMean ?? -1,
    skewText: table.skew === undefined ? '' : `${table.skew.maxOverMean.toFixed(1)}×`,
    errors: count('error'),
    warnings: count('warning'),
    notes: count('info'),
    line: table.line,
    remarks: [
      ...decisionRemarks(decision),
      ...(table.partitionedBy === undefined ? [] : [`partitioned by ${table.partitionedBy}`]),
      ...(table.rows === undefined
        ? []
        : [`${formatExact(table.rows.count)} rows, ${provenance[table.rows.provenance]}`]),
      ...(table.skew === undefined
        ? []
        : [
            `${formatExact(table.skew.distinct)} distinct keys`,
            `hottest key ${table.skew.hottest.value} holds ${formatShare(table.skew.hottest.share)}`,
          ]),
    ],
    path: backfillPath(decision),
    reasons: table.reasons,
    candidates: table.candidates.map((candidate) => ({
      what: describeDecision(candidate.decision),
      cost: formatCost(candidate.cost),
      note: candidate.note,
      chosen: candidate.chosen,
    })),
    findings: table.findings,
  };
}

const provenance = {
  exact: 'counted',
  sampled: 'estimated from a sample',
  server: "the server's estimate",
} as const;

/** A cost in the optimiser's currency: whole numbers stay whole. */
export function formatCost(cost: number): string {
  return Math.abs(cost) >= 100 || Number.isInteger(cost) ? formatExact(cost) : cost.toPrecision(3);
}

function pageFinding(finding: Finding, ids: ReadonlyMap<string, number>): PageFinding {
  return {
    rule: finding.rule,
    severity: finding.severity,
    table: finding.table === undefined ? '' : displayName(finding.table),
    tableId: finding.table === undefined ? -1 : (ids.get(nameKey(finding.table)) ?? -1),
    object: finding.object ?? '',
    message: finding.message,
    consequence: finding.consequence,
    remedy: finding.remedy,
    citus: finding.citusMessage ?? '',
    automatic: finding.automatic,
    line: finding.line,
  };
}

function pageQuery(query: QueryAnalysis, proof: QueryProof | undefined): PageQuery {
  const label = queryClassLabel(query.class);
  const real = proof?.real === undefined ? undefined : queryClassLabel(proof.real);
  const isAsPredicted = proof === undefined || proof.outcome === 'as-predicted';
  return {
    sql: query.sql.trim(),
    words: label.words,
    reach: label.reach,
    real: proof === undefined ? '' : (real?.words ?? 'not tried'),
    realReach: real?.reach ?? 'unknown',
    isAsPredicted,
    calls: formatExact(query.calls),
    callShare: query.shareOfCalls,
    callShareText: formatShare(query.shareOfCalls),
    timeShareText: query.shareOfTime === undefined ? '' : formatShare(query.shareOfTime),
    reason: isAsPredicted ? query.reason : (proof.why ?? 'the server does not take the statement'),
    error: (isAsPredicted ? query.error : proof.message) ?? '',
    add: query.addPredicate ?? '',
    source: query.source.line > 0 ? `${query.source.label}:${query.source.line}` : query.source.label,
  };
}
