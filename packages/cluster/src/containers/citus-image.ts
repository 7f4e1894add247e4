import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '@shardwright/core';

const imageDirectory = fileURLToPath(new URL('../../../../docker/citus', import.meta.url));
const builtImage = 'shardwright-citus:latest';

/**
 * The image that nodes run on: CITUS_IMAGE when set, else docker/citus, built now (in a moment when the engine
 * has its layers already). Throws {@link EnvironmentError} when it cannot be built.
 */
export async function prepareCitusImage(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  if (env.CITUS_IMAGE) return env.CITUS_IMAGE;
  const { GenericContainer } = await import('testcontainers');
  try {
    await GenericContainer.fromDockerfile(imageDirectory).build(builtImage, { deleteOnExit: false });
  } catch (error) {
    throw new EnvironmentError(`cannot build the image of ${imageDirectory}: ${messageOf(error)}`, {
      hint: 'It needs a registry and apt-archive.postgresql.org; DEBUG=testcontainers:build shows how far it came. Or set CITUS_IMAGE to an image that has Citus.',
      cause: error,
    });
  }
  return builtImage;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
