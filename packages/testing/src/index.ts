export { findChromium } from './chromium.ts';
export { type CorpusKind, corpusFile, corpusFiles, corpusMissing } from './corpus.ts';
export { type CitusTestDatabase, citusDatabase, type TestDatabase, testDatabase } from './test-database.ts';
export { requireChromium } from './tiers.ts';
