import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { MonitorSnapshot } from './snapshot.ts';

const file = new URL('../../schema/monitor-1.0.schema.json', import.meta.url);

// Readers may meet members that they do not know; in what is written here, every member has to be described.
const closed = JSON.parse(readFileSync(file, 'utf8'), (_, value) =>
  value?.type === 'object' && value.properties ? { ...value, unevaluatedProperties: false } : value,
);
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(closed);

/** What the published schema has against a snapshot. */
export function schemaProblems(snapshot: MonitorSnapshot): unknown {
  validate(JSON.parse(JSON.stringify(snapshot)));
  return validate.errors ?? [];
}
