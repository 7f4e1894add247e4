import type { Routine } from '@shardwright/catalog';
import { type Node, type NodeOf, pick, strings, walk } from '@shardwright/sql';

/** Whether the argument of a function, counted from 0, has to be an integer and cannot be a bigint. */
export type TakesInteger = (name: string, argument: number) => boolean;

/** PostgreSQL's own that people write over columns, with the places of their integers. */
const builtIn: Readonly<Record<string, readonly number[]>> = {
  chr: [0],
  left: [1],
  lpad: [1],
  make_date: [0, 1, 2],
  make_interval: [0, 1, 2, 3, 4, 5],
  make_time: [0, 1],
  overlay: [2, 3],
  repeat: [1],
  right: [1],
  round: [1],
  rpad: [1],
  split_part: [2],
  substr: [1, 2],
  substring: [1, 2],
  trunc: [1],
};
const integer = /^(integer|int|int4|smallint|int2)$/i;

/** Reads the functions of a database; what takes a bigint in another form needs nothing. */
export function integerArguments(routines: readonly Routine[]): TakesInteger {
  return (name, argument) => {
    const own = routines.filter((routine) => routine.name === name);
    if (own.length === 0) return builtIn[name]?.includes(argument) === true;
    return own.every(({ argumentTypes }) => integer.test(argumentTypes[argument] ?? ''));
  };
}

/** Casts columns that became bigint back to integer where a function takes nothing else, in place; gives the functions. */
export function narrowCalls(
  tree: Node,
  widened: ReadonlySet<string>,
  takesInteger: TakesInteger,
): readonly string[] {
  const functions = new Set<string>();
  walk(tree, (kind, inside) => {
    if (kind !== 'FuncCall') return true;
    const call = inside as NodeOf<'FuncCall'>;
    const name = strings(call.funcname).at(-1) ?? '';
    if (call.args === undefined) return true;
    call.args = call.args.map((argument, at): Node => {
      const column = strings(pick(argument, 'ColumnRef')?.fields).at(-1);
      if (column === undefined || !widened.has(column) || !takesInteger(name, at)) return argument;
      functions.add(name);
      const names = ['pg_catalog', 'int4'].map((sval) => ({ String: { sval } }));
      return { TypeCast: { arg: argument, typeName: { names, typemod: -1 } } };
    });
    return true;
  });
  return [...functions];
}
