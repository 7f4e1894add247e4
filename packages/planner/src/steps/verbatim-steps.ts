import type { Catalog, VerbatimStatement } from '@shardwright/catalog';
import { displayName, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import { deparse, type Node, nodeKind, parseStatements, pick, pickAll, strings } from '@shardwright/sql';
import type { LeftOut, Phase, Step } from '../model/plan.ts';
import { isOwnerOfLargeObject, largeObjectsLeftOut } from './large-objects.ts';
import { undoOfOwner } from './privilege-undo.ts';
import { step } from './step.ts';

/** Statements about objects outside the model. */
export interface VerbatimSteps {
  /** With the place of each in the source. */
  readonly placed: readonly { readonly place: number; readonly step: Step }[];
  readonly leftOut: readonly LeftOut[];
}

/** What becomes of a statement: it is made again, left out with a reason, or other phases have seen to it. */
type Fate =
  | {
      readonly kind: 'made';
      readonly phase: Phase;
      readonly undo: readonly string[];
      readonly hazards?: readonly string[];
    }
  | { readonly kind: 'left-out'; readonly object: string; readonly why: string; readonly instead: string }
  | { readonly kind: 'elsewhere' };

/** Makes again what the catalog keeps as it was written, as far as that can be taken back, and tells the rest. */
export function verbatimSteps({ verbatim }: Catalog): VerbatimSteps {
  const placed: VerbatimSteps['placed'][number][] = [];
  const leftOut = new Map<string, LeftOut>();
  for (const statement of verbatim) {
    if (statement.kind !== 'object') continue;
    const parsed = parseStatements(statement.definition.sql);
    const tree = parsed.ok ? parsed.statements[0]?.tree : undefined;
    if (tree === undefined) continue;
    const fate = fateOf(tree, statement);
    if (fate.kind === 'left-out') leftOut.set(fate.object, fate);
    if (fate.kind !== 'made') continue;
    const { phase, undo, hazards = [] } = fate;
    const apply = [statement.definition.sql];
    const made = step(phase, subjectOf(statement), { title: titleOf(tree), apply, undo, hazards });
    placed.push({ place: placeOf(statement), step: made });
  }
  return {
    placed,
    leftOut: [...leftOut.values()].map(({ object, why, instead }) => ({ object, why, instead })),
  };
}

/** Where in the source something is defined; what is later may need what is earlier. */
export function placeOf({ definition }: Pick<VerbatimStatement, 'definition'>): number {
  return definition.order ?? definition.line;
}

const onCoordinator = 'Citus does not take it to the workers: make it there too before queries use it.';

function fateOf(tree: Node, statement: VerbatimStatement): Fate {
  const made = (undo: string, hazards: readonly string[] = [onCoordinator]): Fate => ({
    kind: 'made',
    phase: 'definitions',
    undo: [undo],
    hazards,
  });
  const define = pick(tree, 'DefineStmt');
  if (define) {
    const names = strings(define.defnames);
    if (define.kind === 'OBJECT_OPERATOR') return made(dropOperator(names, define.definition));
    const kind = definedKinds[define.kind ?? ''];
    if (kind !== undefined) return made(`DROP ${kind} ${dotted(names)}`, []);
  }
  const server = pick(tree, 'CreateForeignServerStmt');
  if (server) return made(`DROP SERVER ${quoteIdentifier(server.servername ?? '')}`, []);
  const cast = pick(tree, 'CreateCastStmt');
  if (cast?.sourcetype && cast.targettype) {
    const [source, target] = [cast.sourcetype, cast.targettype].map((TypeName) => deparse({ TypeName }));
    return made(`DROP CAST (${source} AS ${target})`);
  }
  const family = pick(tree, 'CreateOpFamilyStmt');
  if (family)
    return made(`DROP OPERATOR FAMILY ${dotted(strings(family.opfamilyname))} USING ${family.amname}`);
  const opclass = pick(tree, 'CreateOpClassStmt');
  if (opclass)
    return made(`DROP OPERATOR CLASS ${dotted(strings(opclass.opclassname))} USING ${opclass.amname}`);
  if (pick(tree, 'AlterTSConfigurationStmt')) return { kind: 'made', phase: 'definitions', undo: [] };
  const statistics = pick(tree, 'CreateStatsStmt');
  if (statistics && statement.subject) {
    const undo = [`DROP STATISTICS ${quoteQualifiedName(statement.subject)}`];
    return { kind: 'made', phase: 'indexes', undo };
  }
  if (isOwnerOfLargeObject(tree)) return { kind: 'left-out', ...largeObjectsLeftOut };
  if (isOwnership(tree))
    return { kind: 'made', phase: 'ownership', undo: undoOfOwner(statement.definition.sql) };
  return otherFate(tree, statement);
}

function otherFate(tree: Node, { definition }: VerbatimStatement): Fate {
  const leftOut = (object: string, why: string, instead: string): Fate => ({
    kind: 'left-out',
    object,
    why,
    instead,
  });
  const kind = nodeKind(tree);
  switch (kind) {
    case 'DoStmt':
      return leftOut(
        `DO block${definition.line > 0 ? ` in line ${definition.line}` : ''}`,
        'a plan does not run code whose effects it cannot tell',
        'Functions and extensions that it makes are made; do by hand what else it does.',
      );
    case 'CreateEventTrigStmt':
      return leftOut(
        `event trigger ${pick(tree, 'CreateEventTrigStmt')?.trigname}`,
        'it would fire on what Citus itself does to make tables and shards',
        'Make it once the migration is over, if its function bears that.',
      );
    case 'CreateUserMappingStmt':
      return leftOut(
        `user mapping for server ${pick(tree, 'CreateUserMappingStmt')?.servername}`,
        'it holds a password',
        'CREATE USER MAPPING by hand on the coordinator.',
      );
    case 'AlterTableStmt':
      return leftOut(
        'statistics targets and CLUSTER ON of tables and indexes',
        'they tune one server, and a shard holds other rows than the table did',
        'Set them again where plans of the new cluster ask for it.',
      );
    // Roles and databases are not a database's own; what ALTER said of a function is in its definition.
    case 'CreatedbStmt':
    case 'DropdbStmt':
    case 'AlterDatabaseSetStmt':
    case 'CreateRoleStmt':
    case 'AlterRoleStmt':
    case 'AlterRoleSetStmt':
    case 'DropRoleStmt':
    case 'AlterFunctionStmt':
    case 'DropStmt':
      return { kind: 'elsewhere' };
    default:
      return leftOut(
        `“${definition.sql.replace(/\s+/g, ' ').slice(0, 80)}”`,
        'it makes something that Citus does not know, or that cannot be taken back',
        'Run it by hand on the coordinator where the application needs it.',
      );
  }
}

function isOwnership(tree: Node): boolean {
  const commands = pickAll(pick(tree, 'AlterTableStmt')?.cmds, 'AlterTableCmd');
  return (
    pick(tree, 'AlterOwnerStmt') !== undefined ||
    (commands.length > 0 && commands.every(({ subtype }) => subtype === 'AT_ChangeOwner'))
  );
}

function subjectOf({ subject, definition }: VerbatimStatement): string {
  return subject === undefined ? definition.sql.replace(/\s+/g, ' ').slice(0, 60) : displayName(subject);
}

/** `CreateCastStmt` in words: `create cast`. */
function titleOf(tree: Node): string {
  return nodeKind(tree)
    .replace(/Stmt$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

const definedKinds: Readonly<Record<string, string>> = {
  OBJECT_COLLATION: 'COLLATION',
  OBJECT_TSDICTIONARY: 'TEXT SEARCH DICTIONARY',
  OBJECT_TSCONFIGURATION: 'TEXT SEARCH CONFIGURATION',
  OBJECT_TSPARSER: 'TEXT SEARCH PARSER',
  OBJECT_TSTEMPLATE: 'TEXT SEARCH TEMPLATE',
};

function dotted(names: readonly string[]): string {
  return names.map(quoteIdentifier).join('.');
}

function dropOperator(names: readonly string[], definition: readonly Node[] | undefined): string {
  const argument = (side: string): string => {
    const element = pickAll(definition, 'DefElem').find(({ defname }) => defname?.toLowerCase() === side);
    const type = pick(element?.arg, 'TypeName');
    return type === undefined ? 'NONE' : dotted(strings(type.names));
  };
  const schema = names.length > 1 ? `${quoteIdentifier(names[0] ?? '')}.` : '';
  return `DROP OPERATOR ${schema}${names.at(-1) ?? ''} (${argument('leftarg')}, ${argument('rightarg')})`;
}
