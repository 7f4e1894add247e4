export type * from '@pgsql/types';
export { type NodeKind, type NodeOf, nodeKind, pick, pickAll, strings, walk } from './node.ts';
export {
  deparse,
  fingerprint,
  leadingBlankLength,
  loadParser,
  normalize,
  type ParsedStatement,
  parseStatements,
  type SyntaxProblem,
  scanTokens,
  splitStatements,
} from './parser.ts';
export { sqlText } from './source-text.ts';
