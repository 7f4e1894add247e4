import { quoteIdentifier } from '@shardwright/core';
import type { Grant } from '../model/objects.ts';
import { liveDefinition, type RunFile } from './reader.ts';

interface PrivilegeRow {
  readonly change: 'grant' | 'revoke';
  readonly objectKind: string;
  /** SQL text, quoted by the server. */
  readonly grantee: string;
  readonly grantable: boolean;
  readonly privileges: readonly string[];
  readonly all: boolean;
}

interface ObjectPrivilegeRow extends PrivilegeRow {
  readonly object: string;
  readonly column: string | null;
}

interface DefaultPrivilegeRow extends PrivilegeRow {
  readonly role: string;
  readonly schema: string | null;
}

/** Reads privileges that differ from what objects are born with, and default privileges. */
export async function readGrants(run: RunFile): Promise<readonly Grant[]> {
  const objects = await run<ObjectPrivilegeRow>('grants');
  const defaults = await run<DefaultPrivilegeRow>('default-privileges');
  return [...objects.map(grantOf), ...defaults.map(defaultPrivilegeOf)];
}

function grantOf(row: ObjectPrivilegeRow): Grant {
  const { column } = row;
  const words = row.all
    ? ['all']
    : row.privileges.map((word) => {
        const name = word.toLowerCase();
        return column === null ? name : `${name} (${quoteIdentifier(column)})`;
      });
  const on = `ON ${row.objectKind.toUpperCase()} ${row.object}`;
  return {
    kind: row.change,
    objectKind: row.objectKind,
    objects: [row.object],
    grantees: [roleName(row.grantee)],
    privileges: words,
    definition: liveDefinition(clause(row, words, on)),
  };
}

const pluralWords: Readonly<Record<string, string>> = {
  table: 'TABLES',
  sequence: 'SEQUENCES',
  function: 'FUNCTIONS',
  type: 'TYPES',
  schema: 'SCHEMAS',
  'large object': 'LARGE OBJECTS',
};

function defaultPrivilegeOf(row: DefaultPrivilegeRow): Grant {
  const words = row.all ? ['all'] : row.privileges.map((word) => word.toLowerCase());
  const scope = row.schema === null ? '' : ` IN SCHEMA ${quoteIdentifier(row.schema)}`;
  const statement = clause(row, words, `ON ${pluralWords[row.objectKind] ?? row.objectKind}`);
  return {
    kind: 'default-privileges',
    objectKind: row.objectKind,
    objects: row.schema === null ? [] : [quoteIdentifier(row.schema)],
    grantees: [roleName(row.grantee)],
    privileges: words,
    definition: liveDefinition(`ALTER DEFAULT PRIVILEGES FOR ROLE ${row.role}${scope} ${statement}`),
  };
}

function clause(row: PrivilegeRow, words: readonly string[], on: string): string {
  const privileges = words.map((word) => word.replace(/^[a-z]+/, (name) => name.toUpperCase())).join(', ');
  return row.change === 'grant'
    ? `GRANT ${privileges} ${on} TO ${row.grantee}${row.grantable ? ' WITH GRANT OPTION' : ''}`
    : `REVOKE ${privileges} ${on} FROM ${row.grantee}`;
}

/** The role's own name; `public` for everyone. */
function roleName(quoted: string): string {
  if (quoted === 'PUBLIC') return 'public';
  return quoted.startsWith('"') ? quoted.slice(1, -1).replaceAll('""', '"') : quoted;
}
