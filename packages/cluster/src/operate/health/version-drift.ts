import type { Check, Finding } from './check.ts';

/** Nodes of one cluster run the same Citus; only during an upgrade may they differ, and then not for long. */
export const versionDrift: Check = {
  id: 'version-drift',
  run: ({ coordinator, nodes }) => {
    const known = nodes.flatMap((node) => (node.facts ? [{ node, facts: node.facts }] : []));
    const [first] = known;
    if (!first) return [];
    const findings: Finding[] = [];
    for (const { node, facts } of known) {
      const library = facts.citusLibrary?.split('.').slice(0, 2).join('.');
      if (facts.citus !== null && library !== undefined && facts.citus.split('-')[0] !== library) {
        findings.push({
          severity: 'error',
          what: `${coordinator.nameOf(node)} runs another Citus than its extension was made for`,
          evidence: `the library is ${facts.citusLibrary}, the extension ${facts.citus}`,
          fix: `ALTER EXTENSION citus UPDATE on every node, the coordinator last.`,
        });
      }
      if (node === first.node) continue;
      const compared = [
        { what: 'Citus extension', mine: facts.citus, theirs: first.facts.citus },
        { what: 'Citus', mine: facts.citusLibrary, theirs: first.facts.citusLibrary },
        { what: 'PostgreSQL', mine: major(facts.postgres), theirs: major(first.facts.postgres) },
      ].find(({ mine, theirs }) => mine !== theirs);
      if (!compared) continue;
      findings.push({
        severity: compared.what === 'Citus extension' ? 'error' : 'warning',
        what: `${coordinator.nameOf(node)} has another version than ${coordinator.nameOf(first.node)}`,
        evidence: `${compared.what} ${compared.mine} against ${compared.theirs}`,
        fix:
          compared.what === 'Citus extension'
            ? 'Install the same Citus on both, then ALTER EXTENSION citus UPDATE on each.'
            : `Upgrade ${compared.what} on the older of the two.`,
      });
    }
    return findings;
  },
};

function major(version: string): string {
  return version.split('.')[0] ?? version;
}
