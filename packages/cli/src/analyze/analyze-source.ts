import type { Analysis } from '@shardwright/analyzer';
import { type Context, EnvironmentError } from '@shardwright/core';
import type { AnalyzeRequest } from './request.ts';
export async function analyzeSource(_request: AnalyzeRequest, _context: Context): Promise<Analysis> {
  throw new EnvironmentError('not joined yet');
}
