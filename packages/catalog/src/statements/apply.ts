import { type Node, type NodeKind, type NodeOf, nodeKind, pick, strings } from '@shardwright/sql';
import type { VerbatimStatement } from '../model/catalog.ts';
import type { Definition } from '../model/definition.ts';
import { alterTable } from './alter-table.ts';
import { alterPolicy, createPolicy, createRule, createTrigger } from './attached.ts';
import { comment } from './comment.ts';
import { type Database, rangeName, writtenName } from './database.ts';
import { applyBlock } from './do-block.ts';
import { dropObjects } from './drop.ts';
import { defaultPrivileges, objectGrant, roleGrant } from './grant.ts';
import { alterPublication, createExtension, createPublication, createSchema } from './grouping-objects.ts';
import { createIndex } from './index-statement.ts';
import { applyParts } from './problem.ts';
import { rename, setSchema } from './rename.ts';
import { alterFunction, createAggregate, createFunction } from './routine.ts';
import { alterSequence, createSequence } from './sequence.ts';
import { applySelect, bracketTransaction, setVariable } from './session-statements.ts';
import { createForeignTable, createTable } from './table.ts';
import {
  alterDomain,
  alterEnum,
  createBaseType,
  createComposite,
  createDomain,
  createEnum,
  createRange,
} from './type-definition.ts';
import { createTableAs, createTableFromQuery, createView } from './view.ts';

/** Applies one statement; what the model cannot hold (also) goes to `verbatim`. */
export function applyTree(database: Database, tree: Node, definition: Definition): void {
  if (!intoModel(database, tree, definition)) keepVerbatim(database, tree, definition);
}

// True when the model holds all that the statement says.
function intoModel(database: Database, tree: Node, definition: Definition): boolean {
  const kind = nodeKind(tree) as keyof typeof handlers;
  return handlers[kind]?.(database, tree, definition) ?? false;
}

type Handler = (database: Database, tree: Node, definition: Definition) => boolean;

// A handler for one kind of node; one that returns nothing has put everything into the model.
function on<K extends NodeKind>(
  kind: K,
  apply: (
    database: Database,
    inside: NodeOf<K>,
    definition: Definition,
    // biome-ignore lint/suspicious/noConfusingVoidType: most appliers have no answer, which means "all of it".
  ) => boolean | void,
): Handler {
  return (database, tree, definition) => {
    const inside = pick(tree, kind);
    return inside === undefined ? false : (apply(database, inside, definition) ?? true);
  };
}

// Rows for a table that is not there are lost, unless an extension made the table: its members are not in a dump.
function checkRowsHaveTable(database: Database, name: ReturnType<typeof rangeName>): void {
  const isForeign = name.schema === 'pg_catalog' || name.schema === 'information_schema';
  const hasExtensions = database.extensions.size > 0;
  if (!isForeign && !hasExtensions) database.relation(name);
}

const handlers: Readonly<Partial<Record<string, Handler>>> = {
  CreateStmt: on('CreateStmt', (database, statement, definition) =>
    createTable(database, statement, definition),
  ),
  CreateForeignTableStmt: on('CreateForeignTableStmt', (database, statement, definition) => {
    createForeignTable(database, statement, definition);
  }),
  CreateTableAsStmt: on('CreateTableAsStmt', createTableAs),
  AlterTableStmt: on('AlterTableStmt', alterTable),
  IndexStmt: on('IndexStmt', createIndex),
  ViewStmt: on('ViewStmt', createView),
  CopyStmt: on('CopyStmt', (database, statement) => {
    if (statement.is_from && statement.relation) checkRowsHaveTable(database, rangeName(statement.relation));
    return false;
  }),
  InsertStmt: on('InsertStmt', (database, statement) => {
    if (statement.relation) checkRowsHaveTable(database, rangeName(statement.relation));
    return false;
  }),
  CreateSeqStmt: on('CreateSeqStmt', createSequence),
  AlterSeqStmt: on('AlterSeqStmt', alterSequence),
  CreateSchemaStmt: on('CreateSchemaStmt', (database, statement, definition) => {
    const schema = createSchema(database, statement, definition);
    database.session.within(schema.name, () => {
      // The schema itself is the first part.
      applyParts([undefined, ...(statement.schemaElts ?? [])], (element) => {
        if (element) applyTree(database, element, definition);
      });
    });
  }),
  CreateFunctionStmt: on('CreateFunctionStmt', createFunction),
  AlterFunctionStmt: on('AlterFunctionStmt', (database, statement, definition) => {
    alterFunction(database, statement, definition);
    return false;
  }),
  DefineStmt: on('DefineStmt', (database, statement, definition) => {
    if (statement.kind === 'OBJECT_AGGREGATE') createAggregate(database, statement, definition);
    else if (statement.kind === 'OBJECT_TYPE') createBaseType(database, statement, definition);
    else {
      if (statement.kind === 'OBJECT_COLLATION')
        rememberCollation(database, strings(statement.defnames), definition);
      return false;
    }
    return true;
  }),
  CreateTrigStmt: on('CreateTrigStmt', createTrigger),
  RuleStmt: on('RuleStmt', createRule),
  CreatePolicyStmt: on('CreatePolicyStmt', createPolicy),
  AlterPolicyStmt: on('AlterPolicyStmt', alterPolicy),
  CreateEnumStmt: on('CreateEnumStmt', createEnum),
  AlterEnumStmt: on('AlterEnumStmt', alterEnum),
  CompositeTypeStmt: on('CompositeTypeStmt', createComposite),
  CreateRangeStmt: on('CreateRangeStmt', createRange),
  CreateDomainStmt: on('CreateDomainStmt', createDomain),
  AlterDomainStmt: on('AlterDomainStmt', alterDomain),
  CreateExtensionStmt: on('CreateExtensionStmt', createExtension),
  CreatePublicationStmt: on('CreatePublicationStmt', createPublication),
  AlterPublicationStmt: on('AlterPublicationStmt', alterPublication),
  CommentStmt: on('CommentStmt', comment),
  GrantStmt: on('GrantStmt', (database, statement, definition) => {
    database.grants.push(objectGrant(statement, definition));
  }),
  GrantRoleStmt: on('GrantRoleStmt', (database, statement, definition) => {
    database.grants.push(roleGrant(statement, definition));
  }),
  AlterDefaultPrivilegesStmt: on('AlterDefaultPrivilegesStmt', (database, statement, definition) => {
    database.grants.push(defaultPrivileges(statement, definition));
  }),
  DoStmt: on('DoStmt', (database, statement, definition) => {
    applyBlock(database, statement, definition);
    return false;
  }),
  DropStmt: on('DropStmt', dropObjects),
  RenameStmt: on('RenameStmt', rename),
  AlterObjectSchemaStmt: on('AlterObjectSchemaStmt', setSchema),
  AlterOwnerStmt: on('AlterOwnerStmt', (database, statement) => {
    if (statement.objectType !== 'OBJECT_SCHEMA') return false;
    const schema = database.schema(pick(statement.object, 'String')?.sval ?? '');
    if (statement.newowner?.rolename !== undefined) schema.owner = statement.newowner.rolename;
    return true;
  }),
  TransactionStmt: on('TransactionStmt', (database, statement) => {
    bracketTransaction(database, statement);
    return false;
  }),
  VariableSetStmt: on('VariableSetStmt', (database, statement) => {
    setVariable(database, statement);
    return false;
  }),
  SelectStmt: on('SelectStmt', (database, select, definition) => {
    if (select.intoClause) {
      const { intoClause, ...query } = select;
      createTableFromQuery(database, intoClause, { SelectStmt: query }, definition);
      return true;
    }
    applySelect(database, select);
    return false;
  }),
};

function rememberCollation(database: Database, parts: readonly string[], definition: Definition): void {
  const name = writtenName(parts);
  database.collations.add(`${database.creationSchema(name.schema, definition).name}.${name.name}`);
}

const dataNodes = new Set(
  (
    'InsertStmt UpdateStmt DeleteStmt MergeStmt CopyStmt TruncateStmt SelectStmt RefreshMatViewStmt CallStmt ' +
    'ExecuteStmt'
  ).split(' '),
);

const sessionNodes = new Set(
  (
    'VariableSetStmt VariableShowStmt TransactionStmt DiscardStmt LockStmt ListenStmt UnlistenStmt NotifyStmt ' +
    'PrepareStmt DeallocateStmt LoadStmt CheckPointStmt ConstraintsSetStmt ExplainStmt VacuumStmt ClusterStmt ' +
    'ReindexStmt DeclareCursorStmt ClosePortalStmt FetchStmt'
  ).split(' '),
);

function keepVerbatim(database: Database, tree: Node, definition: Definition): void {
  const node = nodeKind(tree);
  const subject = subjectOf(database, tree);
  database.verbatim.push({ definition, node, kind: verbatimKind(node), ...(subject ? { subject } : {}) });
}

function verbatimKind(node: string): VerbatimStatement['kind'] {
  if (dataNodes.has(node)) return 'data';
  return sessionNodes.has(node) ? 'session' : 'object';
}

// The relation or routine a statement is about, when it has exactly one.
function subjectOf(database: Database, tree: Node): VerbatimStatement['subject'] {
  const statement = pick(tree, 'AlterTableStmt') ?? pick(tree, 'InsertStmt') ?? pick(tree, 'UpdateStmt');
  const range = (statement ?? pick(tree, 'DeleteStmt') ?? pick(tree, 'AlterOwnerStmt'))?.relation;
  if (range) {
    const name = rangeName(range);
    const relation = database.findRelation(name);
    return {
      schema: relation?.schema.name ?? name.schema ?? database.currentSchemaName,
      name: name.name,
    };
  }
  const routine =
    pick(pick(tree, 'AlterOwnerStmt')?.object, 'ObjectWithArgs') ?? pick(tree, 'AlterFunctionStmt')?.func;
  if (!routine) return undefined;
  const { schema, name } = writtenName(strings(routine.objname));
  return { schema: schema ?? database.currentSchemaName, name };
}
