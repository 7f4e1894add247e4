import { DatabaseError } from '@shardwright/core';

/** The server that could not be reached, for messages. */
interface Target {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** PostgreSQL's five-character SQLSTATE or the operating system's code of a failure, when it has one. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? undefined : errorCode(error.cause);
}

/** What to tell the user when no session could be opened. */
export function connectFailure(error: unknown, target: Target): DatabaseError {
  const reason = messageOf(error);
  const detail = { cause: error };
  const at = `${target.host}:${target.port}`;
  const failed = (what: string, hint: string) =>
    new DatabaseError(`cannot connect to ${target.name}: ${what}`, { ...detail, hint });

  switch (errorCode(error)) {
    case 'ECONNREFUSED':
      return failed(
        'connection refused',
        `Is a server running on ${at}, does it listen on that address (listen_addresses), does a firewall allow it?`,
      );
    case 'ENOENT':
      return failed(
        'no such socket',
        `No server has its socket in ${target.host} (port ${target.port}). Start it, or name its host.`,
      );
    case 'EACCES':
      return failed(reason, `This user may not use the socket in ${target.host}.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return failed(`unknown host ${target.host}`, 'Check the host name in the URL, and DNS.');
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return failed('no answer', `Nothing answers on ${at}: check the address, VPN and firewall.`);
    case '28P01':
      return failed(reason, 'Check user name and password in the URL, PGPASSWORD or ~/.pgpass.');
    case '28000':
      return /no encryption|SSL off/.test(reason)
        ? failed(reason, 'The server wants SSL: add sslmode=require to the URL.')
        : failed(reason, 'The server does not let this user in from here: check the role and pg_hba.conf.');
    case '3D000':
      return failed(
        reason,
        'Check the database name after the last / of the URL; psql -l lists those there are.',
      );
    case '53300':
      return failed(reason, 'All connections are taken: close some, raise max_connections, or come later.');
    case '57P03':
      return failed(reason, 'The server is starting up or shutting down: try again in a moment.');
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return failed(
        reason,
        'Name the authority with sslrootcert=FILE, or encrypt without verifying with sslmode=require.',
      );
    default:
  }
  if (/does not support SSL/.test(reason)) {
    return failed('the server does not speak SSL', 'Use sslmode=disable if the network is trusted.');
  }
  if (/password must be a string/.test(reason)) {
    return failed(
      'the server asks for a password and none was given',
      'Put it in the URL, PGPASSWORD or ~/.pgpass.',
    );
  }
  if (/timeout/.test(reason)) {
    return failed('no answer in time', `Nothing answers on ${at}: check the address, VPN and firewall.`);
  }
  return failed(
    reason,
    `Check that ${at} is a PostgreSQL server, with: psql -h ${target.host} -p ${target.port}.`,
  );
}

// The driver's and the operating system's words for a session whose server went away.
const lostConnection =
  /^Client has encountered a connection error|^Connection terminated|^(?:read|write) (?:ECONNRESET|EPIPE)/;
const serverEnded = 'The server, or the network, ended the connection: see its log.';

/** What to tell the user when a statement failed; the server's message stays as it is. */
export function queryFailure(error: unknown, target: string): DatabaseError {
  const message = messageOf(error);
  const isLost = lostConnection.test(message);
  const hint = isLost ? serverEnded : queryHint(errorCode(error), serverHint(error));
  return new DatabaseError(`${target}: ${isLost ? 'the connection was lost' : message}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

function queryHint(code: string | undefined, fromServer: string | undefined): string | undefined {
  switch (code) {
    case '42501':
      return fromServer ?? 'The role lacks a privilege: GRANT it, or connect as another role.';
    case '57014':
      return fromServer ?? 'The statement ran into its timeout or was cancelled.';
    case '55P03':
      return fromServer ?? 'Another session holds a stronger lock: see pg_blocking_pids, or try again later.';
    case '57P01':
    case '57P02':
    case 'ECONNRESET':
      return fromServer ?? serverEnded;
    default:
      return fromServer;
  }
}

function serverHint(error: unknown): string | undefined {
  return error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
}

function messageOf(error: unknown): string {
  // Several addresses tried at once fail with an AggregateError whose own message is empty.
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error && error.message !== '' ? error.message : String(errorCode(error) ?? error);
}
