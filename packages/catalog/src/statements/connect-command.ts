/** Where psql's `\connect` goes; what it does not name stays as it is. */
export interface ConnectCommand {
  readonly database: string | undefined;
  readonly user: string | undefined;
}

/** Reads `\connect` and `\c` with names, a connection string or a URL; undefined for any other command. */
export function readConnectCommand(text: string): ConnectCommand | undefined {
  const match = /^\\(?:c|connect)(?:\s+(.*))?$/s.exec(text.trim());
  if (match === null) return undefined;
  const words = [...(match[1] ?? '').matchAll(/(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^\s"'])+/g)].map(([word]) =>
    unquote(word),
  );
  const [target, user] = words.filter((word) => !word.startsWith('-reuse-previous='));
  const given = (word: string | undefined): string | undefined => (word === '-' ? undefined : word);
  if (target === undefined) return { database: undefined, user: undefined };
  if (/^postgres(ql)?:\/\//.test(target)) return readUrl(target);
  if (/\w\s*=/.test(target)) {
    return { database: parameter(target, 'dbname'), user: parameter(target, 'user') };
  }
  return { database: given(target), user: given(user) };
}

function unquote(word: string): string {
  return word.replaceAll(/"((?:[^"]|"")*)"|'((?:[^']|'')*)'/g, (_whole, double, single) =>
    double === undefined ? String(single).replaceAll("''", "'") : String(double).replaceAll('""', '"'),
  );
}

function readUrl(text: string): ConnectCommand {
  const [, user, database] = /^\w+:\/\/(?:([^:@/?]*)(?::[^@/?]*)?@)?[^/?]*(?:\/([^?]*))?/.exec(text) ?? [];
  const decoded = (part: string | undefined): string | undefined => (part ? safelyDecoded(part) : undefined);
  return { database: decoded(database), user: decoded(user) };
}

function safelyDecoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function parameter(text: string, name: string): string | undefined {
  const match = new RegExp(String.raw`(?:^|\s)${name}\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S+))`).exec(text);
  return match?.[1]?.replaceAll(/\\(.)/g, '$1') ?? match?.[2];
}
