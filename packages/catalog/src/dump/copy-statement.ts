import { type CopyStmt, type DefElem, type Node, parseStatements } from '@shardwright/sql';

/** What a `COPY … FROM stdin` says about the data that follows it. */
export interface CopyStatement {
  readonly schema?: string;
  readonly name: string;
  /** The columns it names, in their order. */
  readonly columns?: readonly string[];
  readonly format: 'text' | 'csv' | 'binary';
  readonly delimiter: string;
  readonly nullText: string;
  readonly hasHeader: boolean;
  readonly quote: string;
  readonly escape: string;
}

/** Reads a COPY statement; undefined when no data follows it in the input, or it does not parse. */
export function readCopyStatement(sql: string): CopyStatement | undefined {
  const parsed = parseStatements(sql);
  const tree = parsed.ok ? parsed.statements[0]?.tree : undefined;
  const copy = tree !== undefined && 'CopyStmt' in tree ? tree.CopyStmt : undefined;
  if (copy?.is_from !== true || copy.filename !== undefined || copy.is_program === true) return undefined;
  const { relname, schemaname } = copy.relation ?? {};
  if (relname === undefined) return undefined;
  const columns = (copy.attlist ?? []).flatMap((node) => stringOf(node) ?? []);
  return {
    name: relname,
    ...(schemaname === undefined ? {} : { schema: schemaname }),
    ...(columns.length === 0 ? {} : { columns }),
    ...optionsOf(copy),
  };
}

/** Whether a statement that does not parse is still plainly followed by data. */
export function looksLikeCopyFromStdin(sql: string): boolean {
  return /^copy\s[^;]*\sfrom\s+stdin\b/i.test(sql);
}

function optionsOf(copy: CopyStmt): Omit<CopyStatement, 'schema' | 'name' | 'columns'> {
  const options = new Map<string, DefElem>();
  for (const node of copy.options ?? []) {
    if ('DefElem' in node && node.DefElem.defname !== undefined)
      options.set(node.DefElem.defname, node.DefElem);
  }
  const text = (name: string): string | undefined => stringOf(options.get(name)?.arg);
  const written = text('format');
  const format = written === 'csv' || written === 'binary' ? written : 'text';
  const quote = text('quote') ?? '"';
  const header = options.get('header');
  const isOff = /^(false|off|0)$/i.test(stringOf(header?.arg) ?? '');
  return {
    format,
    delimiter: text('delimiter') ?? (format === 'csv' ? ',' : '\t'),
    nullText: text('null') ?? (format === 'csv' ? '' : '\\N'),
    hasHeader: header !== undefined && !isOff,
    quote,
    escape: text('escape') ?? quote,
  };
}

function stringOf(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if ('String' in node) return node.String.sval;
  if ('Boolean' in node) return String(node.Boolean.boolval ?? false);
  if ('Integer' in node) return String(node.Integer.ival ?? 0);
  return undefined;
}
