import { citusError } from './citus-message.ts';

/** An error as psql prints it. */
export function serverWords(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) throw error;
  const field = (name: 'detail' | 'hint'): string | undefined => {
    const value = name in cause ? Reflect.get(cause, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const detail = field('detail');
  const hint = field('hint');
  return citusError(cause.message, {
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
  });
}
