import { foreignKeyExamples } from './foreign-key-examples.test-support.ts';
import { keyExamples } from './key-examples.test-support.ts';
import { objectExamples } from './object-examples.test-support.ts';
import type { RuleExample } from './rule-example.test-support.ts';
import { schemaExamples } from './schema-examples.test-support.ts';
import { sequenceAndTypeExamples } from './sequence-and-type-examples.test-support.ts';
import { tableExamples } from './table-examples.test-support.ts';
import { uniquenessExamples } from './uniqueness-examples.test-support.ts';

/** All of them. */
export const examples: readonly RuleExample[] = [
  ...uniquenessExamples,
  ...keyExamples,
  ...foreignKeyExamples,
  ...tableExamples,
  ...sequenceAndTypeExamples,
  ...objectExamples,
  ...schemaExamples,
];
