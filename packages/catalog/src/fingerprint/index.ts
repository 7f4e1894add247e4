export {
  type CatalogDifference,
  type CatalogFingerprint,
  catalogDifferences,
  catalogFingerprint,
} from './fingerprint.ts';
