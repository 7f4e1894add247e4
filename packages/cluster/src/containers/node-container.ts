import { initdbOptions } from '../local/data-directory.ts';
import { configurationLines } from '../local/server-directory.ts';
import type { ServerSettings } from '../settings/server-settings.ts';
import type { ContainerEngine } from './container-engine.ts';
import { engineFailure } from './engine-failure.ts';
import { type ClusterLabels, toLabels } from './labels.ts';

/** What every node listens on in its container, and is known by to the others. */
export const nodePort = 5432;

/** A node's container before it exists. */
export interface NodeContainer {
  readonly name: string;
  readonly image: string;
  /** Its cluster's network, where the label is its host name. */
  readonly network: string;
  readonly label: string;
  readonly labels: ClusterLabels;
  /** Of the superuser `postgres`. */
  readonly password: string;
  readonly settings: ServerSettings;
  readonly publish: { readonly address: string; readonly port: number };
  /** Where its data lies; without, in a volume that goes with the container. */
  readonly volume?: string;
}

const dataDirectory = '/var/lib/postgresql/data';
const settingsFile = '/tmp/shardwright.conf';

// A limit, not a reservation; an engine's 64 MB of /dev/shm are less than a parallel query may ask for.
const sharedMemoryBytes = 1024 * 1024 * 1024;

// The settings come behind the data directory's own postgresql.conf, and before what ALTER SYSTEM writes: on the
// command line they would overrule it. The image's entrypoint goes on from there, as root or not.
const startScript = `printf %s "$SHARDWRIGHT_SETTINGS" > ${settingsFile} && exec docker-entrypoint.sh postgres -c config_file=${settingsFile}`;

/** Makes a node's container and does not start it. Throws `EnvironmentError` when the engine refuses. */
export async function createNodeContainer({ api }: ContainerEngine, node: NodeContainer): Promise<void> {
  const settings = configurationLines({
    // Under this name other nodes reach it, should it be registered by itself as a coordinator.
    'citus.local_hostname': node.label,
    ...node.settings,
    listen_addresses: '*',
    port: nodePort,
  });
  const labels = toLabels(node.labels, node.label);
  try {
    await api.createContainer({
      name: node.name,
      Image: node.image,
      Labels: labels,
      Hostname: node.label,
      Cmd: ['sh', '-c', startScript],
      // PostgreSQL's fast shutdown, whatever the image says.
      StopSignal: 'SIGINT',
      Env: Object.entries({
        POSTGRES_USER: 'postgres',
        POSTGRES_DB: 'postgres',
        POSTGRES_PASSWORD: node.password,
        POSTGRES_INITDB_ARGS: initdbOptions.join(' '),
        // Nodes log in to one another with it; images that know only POSTGRES_PASSWORD forget it after a restart.
        PGPASSWORD: node.password,
        PGDATA: dataDirectory,
        SHARDWRIGHT_SETTINGS: `include_if_exists '${dataDirectory}/postgresql.conf'\n${settings}`,
      }).map(([name, value]) => `${name}=${value}`),
      ExposedPorts: { [`${nodePort}/tcp`]: {} },
      NetworkingConfig: { EndpointsConfig: { [node.network]: { Aliases: [node.label] } } },
      HostConfig: {
        NetworkMode: node.network,
        ShmSize: sharedMemoryBytes,
        // The engine knows a node's name only while it runs, and then asks the machine's name server for it. Where
        // that is out of reach, each try to connect to a stopped node would hang for ten seconds.
        DnsOptions: ['timeout:1', 'attempts:1'],
        DnsSearch: ['.'],
        PortBindings: {
          [`${nodePort}/tcp`]: [{ HostIp: node.publish.address, HostPort: String(node.publish.port) }],
        },
        // Nothing starts by itself, neither after a crash nor with the engine: as with servers of local binaries,
        // a cluster runs because somebody started it.
        RestartPolicy: { Name: 'no' },
        Mounts: [
          {
            Type: 'volume',
            Source: node.volume ?? '',
            Target: dataDirectory,
            VolumeOptions: { NoCopy: false, Labels: labels, DriverConfig: { Name: 'local', Options: {} } },
          },
        ],
      },
    });
  } catch (error) {
    throw engineFailure(`make a container for ${node.label} from the image ${node.image}`, error);
  }
}
