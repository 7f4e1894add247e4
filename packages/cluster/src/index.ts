export { type CitusCluster, type CitusOptions, startCitus } from './citus-cluster.ts';
export { type ContainerCitusOptions, startCitusContainers } from './citus-containers.ts';
export { type CitusNode, createCitusDatabase, dropCitusDatabase, listCitusNodes } from './citus-database.ts';
export { prepareCitusImage } from './citus-image.ts';
export { type ContainerEngine, findContainerEngine } from './container-engine.ts';
export { databaseUrl } from './database-url.ts';
export { findInstallation, inspectInstallation, type PostgresInstallation } from './installation.ts';
export {
  type PostgresOptions,
  type PostgresServer,
  type ServerSettings,
  startPostgres,
} from './postgres-server.ts';
export { makeTemporaryDirectory, type TemporaryDirectory } from './scratch.ts';
