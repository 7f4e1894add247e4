export {
  type BorrowedCluster,
  type Cluster,
  type ClusterOptions,
  type NodeRole,
  type ProviderName,
  providerNames,
  type RunningCluster,
  type RunningNode,
} from './cluster.ts';
export { prepareCitusImage } from './containers/citus-image.ts';
export {
  type CitusNode,
  createCitusDatabase,
  dropCitusDatabase,
  listCitusNodes,
} from './database/citus-database.ts';
export { databaseUrl } from './database/database-url.ts';
export { findInstallation, inspectInstallation, type PostgresInstallation } from './local/installation.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './local/postgres-server.ts';
export { makeTemporaryDirectory, type TemporaryDirectory } from './local/scratch.ts';
export { describeProvider, findProvider, type Provider } from './provider.ts';
export type { ServerSettings } from './settings/server-settings.ts';
export { startCluster } from './start-cluster.ts';
