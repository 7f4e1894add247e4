import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError, type QualifiedName } from '@shardwright/core';
import type { PlanFacts, PlannedChange, PlannedLoad } from './plan-facts.ts';

/** A plan that was read, and what tells it from others. */
export interface ReadPlan {
  readonly facts: PlanFacts;
  readonly digest: string;
  /** Where a state may be kept: the directory of the plan. */
  readonly directory: string;
}

/** Reads what `migrate plan` wrote, from its directory or its plan.json. Throws {@link InputError}. */
export async function readPlan(given: string): Promise<ReadPlan> {
  const found = await stat(given).catch(() => undefined);
  const file = found?.isDirectory() ? path.join(given, 'plan.json') : given;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const hint = 'Name the directory that migrate plan wrote.';
    throw new InputError('there is no plan to read', { input: file }, { hint, cause: error });
  }
  return {
    facts: planFacts(text, file),
    digest: createHash('sha256').update(text).digest('hex'),
    directory: path.dirname(file),
  };
}

/** The facts in the text of a plan.json. Throws {@link InputError}, which says where something is not as it should be. */
export function planFacts(text: string, input: string): PlanFacts {
  const refuse = (what: string): never => {
    const hint = 'Make it anew with migrate plan.';
    throw new InputError(
      `this is no plan of migrate plan, or one of another version: ${what}`,
      { input },
      { hint },
    );
  };
  const plan = objectOf(parsed(text)) ?? refuse('it is no JSON object');
  if (plan.planVersion !== '1.0') refuse('its planVersion is not 1.0');
  const list = <Item>(name: string, read: (item: Fields) => Item | undefined): readonly Item[] => {
    const items = plan[name];
    if (!Array.isArray(items)) return refuse(`it has no ${name}`);
    return items.map(
      (item, at) => read(objectOf(item) ?? {}) ?? refuse(`${name}[${at}] lacks what it needs`),
    );
  };
  return {
    loads: list('loads', loadOf),
    changes: list('changes', changeOf),
    leftOut: list('leftOut', ({ object }) => textOf(object)),
    statements: list('steps', ({ apply }) => textsOf(apply)).flat(),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function loadOf(load: Fields): PlannedLoad | undefined {
  const [source, target] = [nameOf(objectOf(load.source)), nameOf(objectOf(load.target))];
  const select = textOf(load.select);
  const isPlaced = textOf(load.isPlaced);
  if (!source || !target || !select?.startsWith('SELECT ') || !Array.isArray(load.columns)) return undefined;
  const columns = load.columns.map((column) => textOf(objectOf(column)?.name));
  if (columns.some((name) => name === undefined)) return undefined;
  return {
    source,
    target,
    columns: columns.flatMap((name) => (name === undefined ? [] : [{ name }])),
    select,
    ...(isPlaced === undefined ? {} : { isPlaced }),
  };
}

function changeOf(change: Fields): PlannedChange | undefined {
  const table = nameOf(objectOf(change.table));
  const [object, kind] = [textOf(change.object), textOf(change.kind)];
  return table && object !== undefined && kind !== undefined ? { table, object, kind } : undefined;
}

function nameOf(value: Fields | undefined): QualifiedName | undefined {
  const [schema, name] = [textOf(value?.schema), textOf(value?.name)];
  return schema === undefined || name === undefined ? undefined : { schema, name };
}

function objectOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}
