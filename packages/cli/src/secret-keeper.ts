const inUrl = /\b(postgres(?:ql)?:\/\/[^\s:/@]*):[^\s/]*@/gi;
// A placeholder such as <password> holds none.
const inParameter = /\b(password|sslpassword)=(?!<[a-z ]+>)[^\s&]+/gi;

/** Knows the passwords that a run has met and keeps them out of everything that is printed. */
export class SecretKeeper {
  #secrets: readonly string[] = [];

  /** The arguments' URLs, and those that are added later. */
  constructor(argv: readonly string[]) {
    for (const argument of argv) this.addUrl(argument);
  }

  /** Remembers the passwords of a `postgres://` URL; any other text holds none. */
  addUrl(text: string): void {
    for (const password of passwordsOf(text.replace(/^--[\w-]+=/, ''))) this.add(password);
  }

  /** Remembers a password. */
  add(secret: string): void {
    // Shorter ones would blacken half of every message, and are found in URLs by their place.
    if (secret.length < 4) return;
    this.#secrets = [...new Set([...this.#secrets, secret])].sort((a, b) => b.length - a.length);
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
  // As a password, such words are found by their place; anywhere else they mean something else.
  const harmless = ['postgres', 'postgresql', url.username, url.pathname.slice(1)];
  for (const password of written) {
    if (password === null || password === '' || harmless.includes(password)) continue;
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
