import {
  type FuncCall,
  type Node,
  pick,
  pickAll,
  type SelectStmt,
  strings,
  type TransactionStmt,
  type VariableSetStmt,
} from '@shardwright/sql';
import { type Database, writtenName } from './database.ts';
import { constantText, splitIdentifier } from './expression.ts';

/** BEGIN, COMMIT and ROLLBACK, as far as SET LOCAL goes by them. */
export function bracketTransaction({ session }: Database, { kind, chain }: TransactionStmt): void {
  switch (kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      session.begin();
      break;
    case 'TRANS_STMT_COMMIT':
    case 'TRANS_STMT_ROLLBACK':
    case 'TRANS_STMT_PREPARE':
      session.end();
      if (chain) session.begin();
      break;
    default:
      break;
  }
}

/** SET and RESET, as far as names are looked up by it. */
export function setVariable({ session }: Database, statement: VariableSetStmt): void {
  const { kind, args = [], is_local: isLocal } = statement;
  if (kind === 'VAR_RESET_ALL') session.reset('all');
  const isPath = statement.name === 'search_path';
  if (!isPath && statement.name !== 'role' && statement.name !== 'session_authorization') return;
  const values = args.map((argument) => constantText(argument) ?? '');
  const isNone = !isPath && values[0] === 'none';
  if (kind === 'VAR_SET_VALUE' && !isNone) {
    session.set(isPath ? { searchPath: values } : { user: values[0] }, isLocal);
  } else if (isNone || kind === 'VAR_SET_DEFAULT' || kind === 'VAR_RESET') {
    session.reset(isPath ? 'searchPath' : 'user', isLocal);
  }
}

/** The calls of a SELECT that change the session or a sequence: set_config and setval. */
export function applySelect(database: Database, select: SelectStmt): void {
  for (const target of pickAll(select.targetList, 'ResTarget')) {
    const call = pick(target.val, 'FuncCall');
    if (call) applyCall(database, call);
  }
}

function applyCall(database: Database, call: FuncCall): void {
  const [first, second, third] = call.args ?? [];
  switch (strings(call.funcname).at(-1)) {
    case 'set_config':
      if (constantText(first) === 'search_path') {
        const parts = (constantText(second) ?? '').split(',');
        const searchPath = parts.map((part) => splitIdentifier(part)[0] ?? '');
        database.session.set({ searchPath }, constantText(third) === 'true');
      }
      break;
    case 'setval':
      applySetval(database, first, second, third);
      break;
    default:
      break;
  }
}

function applySetval(
  database: Database,
  first: Node | undefined,
  second: Node | undefined,
  third: Node | undefined,
): void {
  const name = constantText(first);
  const value = constantText(second);
  if (name === undefined || value === undefined) return;
  const sequence = database.sequence(writtenName(splitIdentifier(name)));
  // setval(…, false): the value is still to come.
  if (constantText(third) === 'false') {
    sequence.start = value;
    sequence.lastValue = undefined;
  } else sequence.lastValue = value;
}
