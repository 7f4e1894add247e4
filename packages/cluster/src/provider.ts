import { EnvironmentError, UsageError } from '@shardwright/core';
import { type ProviderName, providerNames } from './cluster.ts';
import { findCitusImage } from './containers/citus-image.ts';
import { findContainerEngine } from './containers/container-engine.ts';
import { findInstallation, type PostgresInstallation } from './local/installation.ts';

/** Where a cluster comes from, and with what. */
export type Provider =
  | { readonly kind: 'local'; readonly installation: PostgresInstallation }
  | {
      readonly kind: 'containers';
      readonly engine: string;
      /** One that the engine has; without, it is pulled or built when a cluster is started. */
      readonly image?: string;
    }
  | { readonly kind: 'existing'; readonly url: string };

type Found =
  | {
      readonly provider: Provider;
      /** What has to be fetched first may turn out not to be there. */
      readonly ready: boolean;
    }
  | { readonly missing: string };

const finders: Readonly<Record<ProviderName, (env: NodeJS.ProcessEnv) => Promise<Found>>> = {
  local: async (env) => {
    const installation = await findInstallation({ withExtension: 'citus', env });
    if (installation) return { provider: { kind: 'local', installation }, ready: true };
    const plain = await findInstallation({ env });
    return {
      missing: plain
        ? `no PostgreSQL here has the Citus extension (version ${plain.version} in ${plain.binDirectory} lacks it)`
        : 'no PostgreSQL is installed here',
    };
  },
  containers: async (env) => {
    const found = await findContainerEngine();
    if (!found.reachable) return { missing: found.reason };
    const { name, present } = await findCitusImage(found.engine, env);
    const engine = found.engine.description;
    return {
      provider: { kind: 'containers', engine, ...(present ? { image: name } : {}) },
      ready: present,
    };
  },
  existing: async (env) =>
    env.CITUS_URL
      ? { provider: { kind: 'existing', url: env.CITUS_URL }, ready: true }
      : { missing: 'CITUS_URL is not set' },
};

/**
 * Local binaries with the extension, else containers, else CITUS_URL's cluster; a name, or CITUS_PROVIDER, leaves
 * only one of them. Containers whose image is not there yet come last, since it may not be to be had. Throws
 * {@link EnvironmentError} that says what was looked for, and {@link UsageError} for another name.
 */
export async function findProvider(
  options: { readonly name?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Provider> {
  const { env = process.env } = options;
  const forced = options.name ?? (env.CITUS_PROVIDER || undefined);
  const candidates = providerNames.filter((name) => forced === undefined || name === forced);
  if (candidates.length === 0) {
    throw new UsageError(`no provider of a cluster is named ${forced}`, {
      hint: `Providers are ${providerNames.join(', ')}.`,
    });
  }
  const missing: string[] = [];
  let unready: Provider | undefined;
  for (const name of candidates) {
    const found = await finders[name](env);
    if ('missing' in found) missing.push(found.missing);
    else if (found.ready) return found.provider;
    else unready ??= found.provider;
  }
  if (unready) return unready;
  const only = forced === undefined ? '' : ` from the provider ${forced}`;
  throw new EnvironmentError(`no Citus can be had${only}: ${missing.join('; ')}`, {
    hint: "Install Citus for a PostgreSQL on this machine (docs.citusdata.com, “Installation”), start a container engine, or set CITUS_URL to a running cluster's coordinator.",
  });
}

/** One line on what a provider is, never with a password. */
export function describeProvider(provider: Provider): string {
  switch (provider.kind) {
    case 'local': {
      const { version, binDirectory, extensions } = provider.installation;
      return `Citus ${extensions.citus} on PostgreSQL ${version} in ${binDirectory}`;
    }
    case 'containers':
      return `Citus in containers (${provider.engine}${provider.image === undefined ? ', image not there yet' : ''})`;
    case 'existing':
      return 'the cluster that CITUS_URL names';
    default:
      return provider satisfies never;
  }
}
