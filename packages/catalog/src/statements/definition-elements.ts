import { type Node, pick, pickAll, sqlText, strings } from '@shardwright/sql';
import { constantText } from './expression.ts';

/** The value of an option (`fillfactor=70`, `START 5`, `LANGUAGE sql`) as text. */
export function elementText(argument: Node | undefined): string | undefined {
  if (argument === undefined) return undefined;
  const integer = pick(argument, 'Integer');
  if (integer) return String(integer.ival ?? 0);
  const float = pick(argument, 'Float');
  if (float) return float.fval ?? '0';
  const boolean = pick(argument, 'Boolean');
  if (boolean) return String(boolean.boolval ?? false);
  const string = pick(argument, 'String');
  if (string) return string.sval ?? '';
  const type = pick(argument, 'TypeName');
  if (type) return strings(type.names).join('.');
  const list = pick(argument, 'List');
  if (list) return strings(list.items).join('.');
  return constantText(argument) ?? sqlText(argument, '');
}

/** Storage parameters by name, `toast.` in front where the statement has it. */
export function storageParameters(options: readonly Node[] | undefined): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const option of pickAll(options, 'DefElem')) {
    const name = [option.defnamespace, option.defname].filter((part) => part !== undefined).join('.');
    parameters.set(name, elementText(option.arg) ?? 'true');
  }
  return parameters;
}
