import { takeTurns } from './turns.test-support.ts';

const inTurn = takeTurns();

/**
 * Does what starts servers, so that they have this PGPASSWORD in their environment, or none. They inherit it from
 * this process, and so cannot be started beside others.
 */
export function startingServers<Result>(
  pgpassword: string | undefined,
  start: () => Promise<Result>,
): Promise<Result> {
  return inTurn(async () => {
    const before = process.env.PGPASSWORD;
    setPgpassword(pgpassword);
    try {
      return await start();
    } finally {
      setPgpassword(before);
    }
  });
}

function setPgpassword(value: string | undefined): void {
  if (value === undefined) delete process.env.PGPASSWORD;
  else process.env.PGPASSWORD = value;
}
