import type { Chapter } from '../conformance-case.test-support.ts';
import { composeScripts } from './compose-scripts.test-support.ts';
import { generator } from './generator.test-support.ts';
import { kubernetes } from './kubernetes.test-support.ts';
import { multiServer } from './multi-server.test-support.ts';
import { railway } from './railway.test-support.ts';
import { ruvector } from './ruvector.test-support.ts';

/** All chapters, one per source document. */
export const chapters: readonly Chapter[] = [
  composeScripts,
  generator,
  multiServer,
  railway,
  kubernetes,
  ruvector,
];
