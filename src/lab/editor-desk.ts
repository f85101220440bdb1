import { type Bytes, fromBytes, toBytes } from '../runtime/bytes';
import { readIfThere } from '../runtime/read-file';
import type { Call, Program, Sys } from '../runtime/syscalls';
import type { OpenEdit } from './simulator-api';

/** How often the keyboard is looked at, virtual ms. */
const LOOK_MS = 100;
const PIECE = 65_536;
const NEW_FILE_MODE = 0o644;
const ESCAPE = '\x1b';

interface Job extends OpenEdit {
  answer?: { readonly text: string | undefined };
  wake: () => void;
}

/**
 * Where `vi` lays a file and waits until somebody outside has edited it: what comes back is an input of the
 * run. Nobody has to: `:q` on the terminal, or a signal, ends it as well.
 */
export class EditorDesk {
  readonly #jobs: Job[] = [];
  #count = 0;

  /** The file that waits, the latest first. */
  get open(): OpenEdit | undefined {
    const job = this.#jobs.at(-1);
    return job && { id: job.id, path: job.path, text: job.text };
  }

  /** Ends an edit with the file's new text; undefined leaves the file as it is. */
  finish(id: number, text: string | undefined): void {
    const job = this.#jobs.find((one) => one.id === id);
    if (!job) return;
    job.answer = { text };
    job.wake();
  }

  readonly vi: Program = (sys) => this.#edit(sys);

  *#edit(sys: Sys): Call<number> {
    const name = sys.argv.slice(1).find((arg) => !/^[-+]/.test(arg));
    if (!sys.isatty(0) || !sys.isatty(1)) {
      yield* sys.write(2, 'podlab: vi opens the editor of the page, and needs its terminal\n');
      return 1;
    }
    if (name === undefined) {
      yield* sys.write(2, 'podlab: vi needs the name of a file here\n');
      return 1;
    }
    const text = (yield* readIfThere(sys, name)) ?? '';
    const path = fromBytes(name.startsWith('/') ? name : `${sys.cwd}/${name}`);
    const job: Job = { id: ++this.#count, path, text: fromBytes(text), wake: () => {} };
    const before = sys.terminalMode(0, { canonical: false, echo: false });
    yield* sys.write(1, `"${name}" is open in the editor. Save it there, or type :q here.\r\n`);
    yield* this.#wait(sys, job);
    sys.terminalMode(0, before);
    const edited = job.answer?.text;
    if (edited !== undefined) {
      yield* save(sys, name, toBytes(edited));
      const lines = edited.split('\n').length - (edited.endsWith('\n') ? 1 : 0);
      yield* sys.write(1, `'${name}' ${lines}L, ${toBytes(edited).length}C\r\n`);
    }
    return 0;
  }

  /** Until an answer or a `:q`. The job lies on the desk only while the process waits: a signal takes it away. */
  *#wait(sys: Sys, job: Job): Call<void> {
    let typed = '';
    while (!job.answer) {
      yield* sys.wait((wake) => {
        job.wake = wake;
        this.#jobs.push(job);
        return () => void this.#jobs.splice(this.#jobs.indexOf(job), 1);
      }, LOOK_MS);
      if ((yield* sys.poll([{ fd: 0 }], 0)) === undefined) continue;
      const keys = yield* sys.read(0, PIECE);
      typed = keys.includes(ESCAPE) ? '' : typed + keys;
      if (keys === '' || /:q!?[\r\n]/.test(typed)) return;
    }
  }
}

function* save(sys: Sys, path: Bytes, bytes: Bytes): Call<void> {
  const flags = { write: true, create: true, truncate: true };
  const fd = yield* sys.open(path, flags, NEW_FILE_MODE);
  yield* sys.write(fd, bytes);
  sys.close(fd);
}
