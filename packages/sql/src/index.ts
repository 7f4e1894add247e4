export type * from '@pgsql/types';
export {
  deparse,
  fingerprint,
  loadParser,
  normalize,
  type ParsedStatement,
  parseStatements,
  type SyntaxProblem,
  scanTokens,
} from './parser.ts';
