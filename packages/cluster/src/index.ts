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
export { copyCitusDatabase, createCitusTemplate } from './database/citus-template.ts';
export { databaseUrl } from './database/database-url.ts';
export { findInstallation, inspectInstallation, type PostgresInstallation } from './local/installation.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './local/postgres-server.ts';
export { makeTemporaryDirectory, type TemporaryDirectory } from './local/scratch.ts';
export * from './monitor/index.ts';
export { addNamedWorker } from './named/add-named-worker.ts';
export type { ClusterRecord, NodeRecord } from './named/cluster-record.ts';
export { discardNamedWorker } from './named/discard-named-worker.ts';
export { downCluster, removeCluster } from './named/down-cluster.ts';
export { findLeftovers, type Leftover } from './named/leftovers.ts';
export {
  type ClusterListing,
  clusterState,
  clusterUrl,
  findCluster,
  listClusters,
  type NamedCluster,
  type NamedClusterState,
} from './named/named-cluster.ts';
export { settingsByRole, type UpOptions, type UpResult, upCluster } from './named/up-cluster.ts';
export * from './operate/index.ts';
export { describeProvider, findProvider, type Provider } from './provider.ts';
export {
  machineResources,
  type Resources,
  roleSettings,
  type Setting,
} from './settings/role-settings.ts';
export type { ServerSettings } from './settings/server-settings.ts';
export { startCluster } from './start-cluster.ts';
