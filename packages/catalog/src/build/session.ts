import {
  type FuncCall,
  type Node,
  pick,
  pickAll,
  type SelectStmt,
  strings,
  type VariableSetStmt,
} from '@shardwright/sql';
import { type Database, writtenName } from './database.ts';
import { constantText, splitIdentifier } from './expression.ts';

const defaultSearchPath: readonly string[] = ['public'];

/** SET and RESET, as far as names are looked up by it. */
export function setVariable(database: Database, statement: VariableSetStmt): void {
  if (statement.kind === 'VAR_RESET_ALL') database.searchPath = [...defaultSearchPath];
  if (statement.name !== 'search_path') return;
  if (statement.kind === 'VAR_SET_VALUE') {
    database.searchPath = (statement.args ?? []).map((argument) => constantText(argument) ?? '');
  } else if (statement.kind === 'VAR_SET_DEFAULT' || statement.kind === 'VAR_RESET') {
    database.searchPath = [...defaultSearchPath];
  }
}

/** A new session, as `\connect` starts one. */
export function startSession(database: Database): void {
  database.searchPath = [...defaultSearchPath];
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
        database.searchPath = (constantText(second) ?? '')
          .split(',')
          .map((part) => splitIdentifier(part)[0] ?? '');
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
