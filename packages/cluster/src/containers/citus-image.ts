import { fileURLToPath } from 'node:url';
import { type Context, EnvironmentError, quietContext } from '@shardwright/core';
import { type ContainerEngine, connectContainerEngine } from './container-engine.ts';
import { engineFailure, engineReason, unlessMissing } from './engine-failure.ts';
import { baseImageOf, buildImage, imageTagOf } from './image-build.ts';

const imageDirectory = fileURLToPath(new URL('../../../../docker/citus', import.meta.url));

/** The image that nodes run on, and whether the engine has it already. */
export interface CitusImage {
  readonly name: string;
  readonly present: boolean;
}

/** The image that nodes would run on: CITUS_IMAGE when set, else that of docker/citus as it is now. */
export async function findCitusImage(
  { api }: ContainerEngine,
  env: NodeJS.ProcessEnv = process.env,
): Promise<CitusImage> {
  const name = env.CITUS_IMAGE || `shardwright-citus:${await imageTagOf(imageDirectory)}`;
  try {
    return { name, present: (await unlessMissing(api.getImage(name).inspect())) !== undefined };
  } catch (error) {
    throw engineFailure(`look for the image ${name}`, error);
  }
}

/**
 * {@link findCitusImage}'s name, once the engine has it: pulled when CITUS_IMAGE names it, else built, which takes
 * minutes the first time and tells of its steps. Throws {@link EnvironmentError} that says what was tried when it
 * cannot be had.
 */
export async function prepareCitusImage(
  env: NodeJS.ProcessEnv = process.env,
  { emit }: Pick<Context, 'emit'> = quietContext(),
): Promise<string> {
  const engine = await connectContainerEngine();
  const { name, present } = await findCitusImage(engine, env);
  if (present) return name;
  try {
    const tell = (phase: string) => emit({ kind: 'phase', phase });
    await (env.CITUS_IMAGE ? pullImage(engine, name, tell) : buildFromBase(engine, name, tell));
  } catch (error) {
    const tried = env.CITUS_IMAGE
      ? `the image ${name}, which CITUS_IMAGE names, is not there and cannot be pulled`
      : `CITUS_IMAGE is not set, and the image of ${imageDirectory} cannot be built`;
    throw new EnvironmentError(`no Citus for containers: ${tried}: ${engineReason(error)}`, {
      hint: 'Set CITUS_IMAGE to an image with Citus that the engine has or can pull. Without a registry, build docker/citus on another machine and bring it by docker save and docker load. Or use a local Citus, or a running one by CITUS_URL.',
      cause: error,
    });
  }
  return name;
}

type Tell = (phase: string) => void;

async function buildFromBase(engine: ContainerEngine, name: string, tell: Tell): Promise<void> {
  // By itself first: the builder would use no credentials, and give no reason.
  await pullImage(engine, await baseImageOf(imageDirectory), tell);
  tell(`building the image ${name}, once`);
  await buildImage(engine, {
    directory: imageDirectory,
    name,
    onStep: (step) => tell(`building the image ${name}: ${step}`),
  });
}

async function pullImage({ api, images }: ContainerEngine, name: string, tell: Tell): Promise<void> {
  tell(`pulling the image ${name}`);
  const { ImageName } = await import('testcontainers');
  await images.pull(ImageName.fromString(name));
  // What goes wrong while it comes is not reported.
  if (await unlessMissing(api.getImage(name).inspect())) return;
  throw new Error(`${name} did not arrive whole; is the engine’s disk full?`);
}
