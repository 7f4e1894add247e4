/** What tells where the statement at hand ends: its first words, open parentheses, and a routine's body of SQL. */
export class StatementShape {
  /** The first four words, in lower case. */
  readonly words: string[] = [];
  #parentheses = 0;
  #bodies = 0;

  /** Takes a word; `spell` gives it in lower case, and is called only when it matters. */
  word(spell: () => string): void {
    const isRoutine = this.#parentheses === 0 && this.#isRoutine();
    if (this.words.length >= 4 && !isRoutine) return;
    const word = spell();
    if (this.words.length < 4) this.words.push(word);
    // psql counts the same way.
    if (!isRoutine) return;
    if (word === 'begin' || (word === 'case' && this.#bodies > 0)) this.#bodies++;
    else if (word === 'end' && this.#bodies > 0) this.#bodies--;
  }

  open(): void {
    this.#parentheses++;
  }

  close(): void {
    if (this.#parentheses > 0) this.#parentheses--;
  }

  /**
   * Whether a semicolon does not end the statement. Of all SQL only rules have semicolons in parentheses; psql
   * waits for any closing parenthesis, but then one that is missing would swallow the rest of the file.
   */
  get isInside(): boolean {
    return this.#bodies > 0 || (this.#parentheses > 0 && this.#created() === 'rule');
  }

  /** What a CREATE at hand makes. */
  #created(): string | undefined {
    const [first, second, third, fourth] = this.words;
    if (first !== 'create') return undefined;
    return second === 'or' && third === 'replace' ? fourth : second;
  }

  #isRoutine(): boolean {
    const kind = this.#created();
    return kind === 'function' || kind === 'procedure';
  }
}
