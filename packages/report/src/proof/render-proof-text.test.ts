import { describe, expect, it } from 'vitest';
import { closed, publishedSchema, schemaProblems } from '../published-schema.test-support.ts';
import { proofSentence, proofVerdict, provenOn } from './proof-words.ts';
import { renderProofText } from './render-proof-text.ts';
import { queriesOfEachOutcome, sampleProof, sampleQueryProof } from './sample-proof.test-support.ts';

const tables = { tables: [] };
const failure = {
  step: 'keys: a',
  sql: 'ALTER TABLE a',
  message: 'cannot create constraint',
  hint: 'Do not.',
};

describe('a proof', () => {
  it('is what the published schema describes, down to the last member', () => {
    const proof = sampleProof({
      queries: queriesOfEachOutcome,
      failures: [failure],
      differences: [{ object: 'a', expected: 'local', found: 'a reference table' }],
    });
    expect(schemaProblems(closed(publishedSchema('proof-1.0')), JSON.stringify(proof))).toEqual([]);
    expect(schemaProblems(publishedSchema('proof-1.0'), '{"proofVersion":"1.0"}')).not.toEqual([]);
  });

  it('holds, fails, or is undecided where only extensions are missing', () => {
    const lacking = { holds: false, missingExtensions: ['postgis'], untried: ['tables: places'] };
    expect(proofVerdict(sampleProof())).toBe('holds');
    expect(proofVerdict(sampleProof(lacking))).toBe('undecided');
    expect(proofVerdict(sampleProof({ ...lacking, failures: [failure] }))).toBe('fails');
    expect(proofVerdict(sampleProof({ ...lacking, queries: queriesOfEachOutcome }))).toBe('fails');
    expect(provenOn(sampleProof(lacking))).toBe('proven in part on Citus 13.2.2 / PostgreSQL 15.20');
  });

  it('is one sentence where it has to be', () => {
    expect(proofSentence(sampleProof({ queries: [sampleQueryProof()] }))).toBe(
      'all 1,042 statements of the plan ran, every table became what was planned, 1 of 1 query runs as expected, and nothing was left on any node once it was taken back.',
    );
  });
});

describe('a proof for a terminal', () => {
  it('lists queries that do not run as expected: those that are refused first, with both classes, reason and values', () => {
    const text = renderProofText(sampleProof({ holds: false, queries: queriesOfEachOutcome }), tables);
    expect(text).toContain('The plan does not hold on Citus 13.2.2, PostgreSQL 15.20.');
    expect(text).toMatch(
      /Queries +1 of 4 queries runs as expected, 1 otherwise, 1 is refused unforeseen, 1 could not be tried/,
    );
    const rows = text.split('\n').filter((line) => / (SELECT|UPDATE) /.test(line));
    expect(rows.map((row) => row.replace(/ {2,}/g, '|').slice(1))).toEqual([
      '13 %|router|unsupported|UPDATE orders SET company_id = $1',
      '50 %|router|pushdown|SELECT count(*) FROM orders WHERE id = $1',
      '13 %|local|not tried|SELECT * FROM nowhere',
    ]);
    expect(text).toContain('expected: one shard; but it runs as pushdown, in 4 tasks');
    expect(text).toContain("with $1 = '1'::int8");
    expect(text).toContain('relation "nowhere" does not exist');
  });

  it('tells what is left and what was refused, and no more than fits', () => {
    const many = Array.from({ length: 30 }, () => failure);
    const text = renderProofText(
      sampleProof({
        holds: false,
        failures: many,
        undo: { failures: [], left: ['sequence public.s on w:1'] },
      }),
      tables,
    );
    expect(text).toContain('… and 20 more: --json');
    expect(text).toContain('Still there:\n  sequence public.s on w:1');
    expect(text).toContain('Taken back  not wholly');
  });

  it('asks whether a workload of which nothing could be tried is the right one', () => {
    const foreign = queriesOfEachOutcome.filter(({ outcome }) => outcome === 'not-tried');
    const proof = sampleProof({ holds: false, queries: foreign });
    expect(proofVerdict(proof)).toBe('undecided');
    expect(renderProofText(proof, tables)).toContain('None of the queries fits this database');
    expect(renderProofText(sampleProof({ queries: queriesOfEachOutcome }), tables)).not.toContain('None of');
  });

  it('lets no name of the schema steer the terminal', () => {
    const left = ['table \u001b[2J'];
    expect(renderProofText(sampleProof({ undo: { failures: [], left } }), tables)).not.toContain('\u001b');
  });
});
