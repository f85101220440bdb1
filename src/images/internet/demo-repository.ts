import { ObjectStore } from '../git/object-store';

/** A commit lands on the demo repository so often, ms of virtual time. */
export const COMMIT_INTERVAL_MS = 120_000;
/** The repository stops growing there: nobody watches for days. */
const MAX_COMMITS = 2000;

const AUTHOR = { name: 'User', email: 'user@example.com' };
const README = `# repo

A small web page. It exists only in this lab's internet; a commit lands on it every two minutes.
`;

/** `user/repo` on the lab's github.com: a small web page that gains a commit every two minutes. */
export class DemoRepository {
  readonly store = new ObjectStore();
  readonly #startedMs: number;
  readonly #commits: string[] = [];

  /** `startedMs`: Unix ms at which the run began; three commits are older than it. */
  constructor(startedMs: number) {
    this.#startedMs = startedMs;
  }

  /** The commit at the tip of `main` at a moment. */
  headAt(unixMs: number): string {
    const landed = Math.floor(Math.max(0, unixMs - this.#startedMs) / COMMIT_INTERVAL_MS);
    const count = Math.min(MESSAGES.length + landed, MAX_COMMITS);
    while (this.#commits.length < count) this.#add();
    return this.#commits[count - 1] as string;
  }

  #add(): void {
    const number = this.#commits.length + 1;
    const sinceStart = number - MESSAGES.length;
    const timeMs =
      sinceStart > 0
        ? this.#startedMs + sinceStart * COMMIT_INTERVAL_MS
        : this.#startedMs + (sinceStart - 1) * 86_400_000;
    const files = new Map([['README.md', README]]);
    if (number > 1) files.set('index.html', page(number));
    if (number > 2) files.set('css/style.css', 'body { font-family: sans-serif; }\n');
    this.#commits.push(
      this.store.commit({
        files,
        parent: this.#commits.at(-1),
        author: AUTHOR,
        time: Math.floor(timeMs / 1000),
        message: MESSAGES[number - 1] ?? `Update the page to revision ${number}`,
      }),
    );
  }
}

const MESSAGES = ['Initial commit', 'Add the page', 'Add a style sheet'];

function page(revision: number): string {
  return `<!DOCTYPE html>
<html>
<head><title>repo</title><link rel="stylesheet" href="css/style.css"></head>
<body>
<h1>Hello from github.com/user/repo</h1>
<p>Revision ${revision}</p>
</body>
</html>
`;
}
