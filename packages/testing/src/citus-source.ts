import { findContainerEngine, findInstallation, type PostgresInstallation } from '@shardwright/cluster';
import { EnvironmentError, UsageError } from '@shardwright/core';

/** Where the citus tier's cluster comes from. */
export type CitusSource =
  | { readonly kind: 'local'; readonly installation: PostgresInstallation }
  | { readonly kind: 'containers'; readonly engine: string }
  | { readonly kind: 'existing'; readonly url: string };

type Found = { readonly source: CitusSource } | { readonly missing: string };

// In the order in which they are tried.
const providers: Readonly<Record<CitusSource['kind'], (env: NodeJS.ProcessEnv) => Promise<Found>>> = {
  local: async (env) => {
    const installation = await findInstallation({ withExtension: 'citus', env });
    return installation
      ? { source: { kind: 'local', installation } }
      : { missing: 'no PostgreSQL here has the Citus extension' };
  },
  containers: async () => {
    const engine = await findContainerEngine();
    return engine.reachable
      ? { source: { kind: 'containers', engine: engine.description } }
      : { missing: engine.reason };
  },
  existing: async (env) =>
    env.CITUS_URL
      ? { source: { kind: 'existing', url: env.CITUS_URL } }
      : { missing: 'CITUS_URL is not set' },
};

/**
 * Local binaries with the extension, else containers, else CITUS_URL's cluster; CITUS_PROVIDER (`local`,
 * `containers` or `existing`) leaves only one of them. Throws {@link EnvironmentError} that says what was
 * looked for, and {@link UsageError} for another CITUS_PROVIDER.
 */
export async function requireCitus(env: NodeJS.ProcessEnv = process.env): Promise<CitusSource> {
  const missing: string[] = [];
  for (const [name, find] of Object.entries(providers)) {
    if (env.CITUS_PROVIDER && env.CITUS_PROVIDER !== name) continue;
    const found = await find(env);
    if ('source' in found) return found.source;
    missing.push(found.missing);
  }
  const names = Object.keys(providers).join(', ');
  if (missing.length === 0) {
    throw new UsageError(`CITUS_PROVIDER=${env.CITUS_PROVIDER} names no provider of a cluster`, {
      hint: `Providers are ${names}.`,
    });
  }
  const forced = env.CITUS_PROVIDER ? `with CITUS_PROVIDER=${env.CITUS_PROVIDER}: ` : '';
  throw new EnvironmentError(forced + missing.join(', '), {
    hint: "Install Citus, start a container engine, or set CITUS_URL to a test cluster's coordinator.",
  });
}

/** One line on what a source is, never with a password. */
export function describeCitus(source: CitusSource): string {
  switch (source.kind) {
    case 'local':
      return `Citus ${source.installation.extensions.citus} on PostgreSQL ${source.installation.version}`;
    case 'containers':
      return `Citus in containers (${source.engine})`;
    case 'existing':
      return 'the cluster that CITUS_URL names';
    default:
      return source satisfies never;
  }
}
