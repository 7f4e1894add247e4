import { formatExact, plural } from '@shardwright/core';
import type { Proof, QueryProof } from '@shardwright/planner';

/**
 * What a proof comes to: `undecided` where all that is wrong is that the machine lacks extensions, or that no query of
 * the workload could be tried, as it is one of another database.
 */
export function proofVerdict(proof: Proof): 'holds' | 'fails' | 'undecided' {
  if (proof.holds) return 'holds';
  const complaints = [proof.failures, proof.differences, proof.undo.failures, proof.undo.left].flat().length;
  return complaints + refusedQueries(proof).length === 0 ? 'undecided' : 'fails';
}

/** `proven on Citus 13.2.2 / PostgreSQL 15.20`, or that it is not. */
export function provenOn(proof: Proof): string {
  const words = { holds: 'proven', fails: 'not proven', undecided: 'proven in part' }[proofVerdict(proof)];
  return `${words} on Citus ${proof.citusVersion} / PostgreSQL ${proof.postgresVersion}`;
}

/** What was tried and what came of it, as a sentence behind {@link provenOn}. */
export function proofSentence(proof: Proof): string {
  const refused = proof.failures.length + proof.undo.failures.length;
  const parts = [
    refused + proof.untried.length === 0
      ? `all ${formatExact(proof.statements)} statements of the plan ran`
      : `${plural(refused, 'statement')} of ${formatExact(proof.statements)} ${refused === 1 ? 'was' : 'were'} refused`,
    ...(proof.untried.length === 0
      ? []
      : [
          `${plural(proof.untried.length, 'step')} could not be tried for want of ${proof.missingExtensions.join(', ')}`,
        ]),
    proof.differences.length === 0
      ? 'every table became what was planned'
      : `${plural(proof.differences.length, 'object')} became something else than planned`,
    ...(proof.queries.length === 0 ? [] : [queryTally(proof)]),
    proof.undo.left.length === 0
      ? 'and nothing was left on any node once it was taken back'
      : `and ${plural(proof.undo.left.length, 'trace')} stayed once it was taken back`,
  ];
  return `${parts.join(', ')}.`;
}

/** `105 of 113 queries run as expected, 5 otherwise, 3 are refused`. */
export function queryTally({ queries }: Proof): string {
  const count = (outcome: QueryProof['outcome']): number =>
    queries.filter((query) => query.outcome === outcome).length;
  const expected = count('as-predicted');
  const [otherwise, refused, untried] = [count('other-class'), count('refused'), count('not-tried')];
  return [
    `${formatExact(expected)} of ${plural(queries.length, 'query', 'queries')} ${expected === 1 ? 'runs' : 'run'} as expected`,
    ...(otherwise === 0 ? [] : [`${formatExact(otherwise)} otherwise`]),
    ...(refused === 0 ? [] : [`${formatExact(refused)} ${refused === 1 ? 'is' : 'are'} refused unforeseen`]),
    ...(untried === 0 ? [] : [`${formatExact(untried)} could not be tried`]),
  ].join(', ');
}

/** Queries that Citus refuses and that nobody said it would. */
function refusedQueries({ queries }: Proof): readonly QueryProof[] {
  return queries.filter(({ outcome }) => outcome === 'refused');
}

const weights: readonly QueryProof['outcome'][] = ['refused', 'other-class', 'not-tried'];

/** Queries that do not run as expected, the worst first, of those the most called. */
export function surprises({ queries }: Proof): readonly QueryProof[] {
  return queries
    .filter(({ outcome }) => outcome !== 'as-predicted')
    .toSorted(
      (a, b) => weights.indexOf(a.outcome) - weights.indexOf(b.outcome) || b.shareOfCalls - a.shareOfCalls,
    );
}

/** What the server said or why a query runs otherwise, as one text. */
export function surpriseText({ why, message }: QueryProof): string {
  if (why === undefined) return message ?? '';
  return message === undefined || why.includes(message) ? why : `${why}. Citus: ${message}`;
}

/** Finds what a proof says of a query of the workload. */
export function queryProofOf(proof: Proof | undefined): (fingerprint: string) => QueryProof | undefined {
  const byFingerprint = new Map(proof?.queries.map((query) => [query.fingerprint, query]));
  return (fingerprint) => byFingerprint.get(fingerprint);
}

/** `Proven on Citus 13.2.2 / PostgreSQL 15.20`. */
export function provenTitle(proof: Proof): string {
  const words = provenOn(proof);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
