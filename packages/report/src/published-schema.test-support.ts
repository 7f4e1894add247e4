import { readFileSync } from 'node:fs';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';

/** A schema of `schema/`. */
export function publishedSchema(name: string): AnySchemaObject {
  return JSON.parse(readFileSync(new URL(`../schema/${name}.schema.json`, import.meta.url), 'utf8'));
}

/** The published schema lets readers meet unknown members; in what it gives back every member must be described. */
export function closed(schema: AnySchemaObject): AnySchemaObject {
  return closedValue(schema) as AnySchemaObject;
}

const proofId = 'urn:shardwright:proof:1.0';

/** What a schema has against a document. */
export function schemaProblems(schema: AnySchemaObject, text: string): unknown {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false });
  // Plans and analyses hold proofs.
  if (schema.$id !== proofId) ajv.addSchema(closed(publishedSchema('proof-1.0')));
  const validate = ajv.compile(schema);
  validate(JSON.parse(text));
  return validate.errors ?? [];
}

function closedValue(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closedValue);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closedValue(value)] as const);
  const isObject = 'properties' in schema && 'type' in schema && schema.type === 'object';
  const isMap = 'additionalProperties' in schema;
  return Object.fromEntries([
    ...entries,
    ...((isObject || 'oneOf' in schema) && !isMap ? [['unevaluatedProperties', false] as const] : []),
  ]);
}
