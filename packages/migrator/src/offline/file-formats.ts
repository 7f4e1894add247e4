import { quoteIdentifier } from '@shardwright/core';
import type { TableLoad } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { readTypes } from '../load/copy-format.ts';
import type { FileFormat } from './manifest.ts';

/** A format, and why it is not the one that was asked for; empty where it is. */
export interface ChosenFormat {
  readonly format: FileFormat;
  readonly why: string;
}

/**
 * Binary files only where every server reads them alike, as the target is not there to be asked: not for types with
 * numbers of one server in them, and not for types of extensions, which may be of another version there.
 */
export async function chooseFormats(
  source: Connection,
  loads: readonly TableLoad[],
  asked: FileFormat,
): Promise<(load: TableLoad) => ChosenFormat> {
  if (asked === 'csv') return () => ({ format: 'csv', why: '' });
  const types = new Set(loads.flatMap(({ columns }) => columns.map(({ type }) => type)));
  const facts = await readTypes(source, [...types]);
  return ({ columns }) => {
    for (const { name, type } of columns) {
      const found = facts.get(type);
      const obstacle = found
        ? (found.obstacle ?? (found.extension === null ? undefined : `it comes with ${found.extension}`))
        : 'the source does not know it';
      if (obstacle) return { format: 'csv', why: `${quoteIdentifier(name)} is ${type}: ${obstacle}` };
    }
    return { format: 'binary', why: '' };
  };
}
