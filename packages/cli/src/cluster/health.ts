import { checkHealth, type HealthReport, healthChecks } from '@shardwright/cluster';
import { exitCode, plural } from '@shardwright/core';
import { wrap } from '@shardwright/report';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { nodeStatus } from './node-status.ts';
import { openTarget, type Target } from './target.ts';

/** The command `cluster health`. */
export const health: Command = {
  description:
    'Tries every connection between nodes, and looks for what makes clusters fail later; each finding comes with what shows it and what mends it. Changes nothing.',
  examples: [
    ['$0 health', 'All checks'],
    ["$0 health --json | jq '.findings[].fix'", 'What to do'],
  ],
  epilogue: 'Exit codes: 0 nothing found, or warnings only · 1 an error was found',
  run: async (args, io) => {
    const target = await openTarget(args, io);
    await using coordinator = await target.connect();
    io.emit({ kind: 'phase', phase: 'examining nodes' });
    const report = await checkHealth(coordinator);
    if (io.json) {
      await io.printJson({
        cluster: target.label,
        isHealthy: report.isHealthy,
        checks: healthChecks.map(({ id }) => id),
        findings: report.findings,
        nodes: report.nodes.map((node) => nodeStatus(node, target.named)),
        links: report.links,
      });
    } else await show(target, report, io);
    return report.isHealthy ? exitCode.yes : exitCode.no;
  },
};

async function show(target: Target, { nodes, links, findings }: HealthReport, io: CommandIo): Promise<void> {
  const working = links.filter(({ isWorking }) => isWorking === true).length;
  await io.printFields([
    ['Cluster', target.label],
    ['Nodes', `${nodes.filter(({ facts }) => facts !== undefined).length} of ${nodes.length} answer`],
    ['Links', `${working} of ${links.length} work`],
    ['Checks', `${plural(healthChecks.length, 'check')}, ${plural(findings.length, 'finding')}`],
  ]);
  for (const { severity, what, evidence, fix, check } of findings) {
    const title = `${io.paint.severity(severity, severity.padEnd(7))}  ${io.paint.strong(what)}`;
    await io.print(`\n${title}  ${io.paint.faint(check)}\n`);
    await io.print(paragraph('seen', evidence, io));
    await io.print(paragraph('fix', fix, io));
  }
}

function paragraph(name: string, text: string, { width, paint }: CommandIo): string {
  const indent = ' '.repeat(15);
  const lines = wrap(text, Math.max(20, Math.min(width, 120) - indent.length));
  return lines
    .map((line, index) => `${index === 0 ? `         ${paint.faint(name.padEnd(4))}  ` : indent}${line}\n`)
    .join('');
}
