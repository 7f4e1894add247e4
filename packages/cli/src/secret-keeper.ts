const inUrl = /\b(postgres(?:ql)?:\/\/[^\s:/@]*):[^\s/]*@/gi;
const inParameter = /\b(password|sslpassword)=[^\s&]+/gi;

/** Knows the passwords of this command line and keeps them out of everything that is printed. */
export class SecretKeeper {
  readonly #secrets: readonly string[];

  constructor(argv: readonly string[]) {
    this.#secrets = argv
      .flatMap((argument) => [...passwordsOf(argument)])
      // Shorter ones would blacken half of every message, and are found in URLs by their place.
      .filter((secret) => secret.length >= 4)
      .sort((a, b) => b.length - a.length);
  }

  /** The text without passwords. */
  redact(text: string): string {
    const placed = text.replace(inUrl, '$1:***@').replace(inParameter, '$1=***');
    return this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), placed);
  }
}

function* passwordsOf(argument: string): Generator<string> {
  if (!/^postgres(ql)?:\/\//i.test(argument) || !URL.canParse(argument)) return;
  const url = new URL(argument);
  const written = [url.password, url.searchParams.get('password'), url.searchParams.get('sslpassword')];
  for (const password of written) {
    if (password === null || password === '') continue;
    yield password;
    yield decoded(password);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
