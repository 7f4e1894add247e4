import type { Analysis, Finding, Severity } from '@shardwright/analyzer';
import { displayName } from '@shardwright/core';
import { groupFindings } from '../finding-groups.ts';
import type { RenderOptions } from '../render-options.ts';
import type { SarifLocation, SarifLog, SarifNotification, SarifResult, SarifRule } from './sarif-log.ts';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** The findings as SARIF 2.1.0, for code scanning: rule, level, file and line of each. */
export function renderSarif(analysis: Analysis, options: RenderOptions): string {
  const groups = groupFindings(analysis.findings);
  const ruleIndex = new Map(groups.map(({ rule }, index) => [rule, index]));
  const log: SarifLog = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Shardwright',
            ...(options.toolVersion === undefined ? {} : { semanticVersion: options.toolVersion }),
            rules: groups.flatMap(({ findings }) =>
              findings[0] === undefined ? [] : [ruleOf(findings[0].finding)],
            ),
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: analysis.coverage.problems.map((problem) =>
              problemOf(problem, analysis),
            ),
          },
        ],
        results: analysis.findings.map((finding) =>
          resultOf(finding, ruleIndex.get(finding.rule) ?? -1, analysis),
        ),
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf(finding: Finding): SarifRule {
  return {
    id: finding.rule,
    name: finding.rule.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase()),
    shortDescription: { text: finding.title },
    fullDescription: { text: finding.consequence },
    help: { text: finding.remedy },
    defaultConfiguration: { level: levels[finding.severity] },
    properties: { tags: [finding.effect] },
  };
}

function resultOf(finding: Finding, ruleIndex: number, analysis: Analysis): SarifResult {
  const citus = finding.citusMessage === undefined ? '' : ` Citus: ${finding.citusMessage}`;
  const subject = finding.table === undefined ? '' : displayName(finding.table);
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: levels[finding.severity],
    message: { text: `${finding.message} ${finding.consequence} ${finding.remedy}${citus}` },
    locations: locationsOf(finding.line, subject, analysis),
    // Lines move when a dump is made again; the object stays.
    partialFingerprints: { 'finding/v1': [finding.rule, subject, finding.object ?? ''].join('|') },
    properties: { effect: finding.effect, automatic: finding.automatic },
  };
}

function problemOf(problem: Analysis['coverage']['problems'][number], analysis: Analysis): SarifNotification {
  return {
    level: 'warning',
    message: { text: `This statement was not understood: ${problem.message}` },
    locations: locationsOf(problem.line, '', analysis),
  };
}

/** File and line for dumps, the table's name everywhere. */
function locationsOf(line: number, subject: string, { origin }: Analysis): readonly SarifLocation[] {
  const isFile = origin.kind === 'dump' && origin.label !== '-' && line > 0;
  if (!isFile && subject === '') return [];
  return [
    {
      ...(isFile
        ? {
            physicalLocation: {
              artifactLocation: { uri: fileUri(origin.label) },
              // Lines count in the decompressed text, where no viewer of the file would look.
              ...(isCompressed(origin.label) ? {} : { region: { startLine: line } }),
            },
          }
        : {}),
      ...(subject === ''
        ? {}
        : { logicalLocations: [{ fullyQualifiedName: subject, kind: 'object' as const }] }),
    },
  ];
}

function isCompressed(path: string): boolean {
  return /\.(gz|zst|zip|bz2|xz|tar|dump|tgz)$/i.test(path);
}

/** A path as a URI reference: relative paths stay relative to where the program ran. */
function fileUri(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
