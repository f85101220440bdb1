/** Options in the order in which ash lists them; some have only a letter, some only a name. */
export const OPTIONS = [
  { letter: 'e', name: 'errexit' },
  { letter: 'f', name: 'noglob' },
  { letter: 'I', name: 'ignoreeof' },
  { letter: 'i', name: '' },
  { letter: 'm', name: 'monitor' },
  { letter: 'n', name: 'noexec' },
  { letter: 's', name: '' },
  { letter: 'c', name: '' },
  { letter: 'x', name: 'xtrace' },
  { letter: 'v', name: 'verbose' },
  { letter: 'C', name: 'noclobber' },
  { letter: 'a', name: 'allexport' },
  { letter: 'b', name: 'notify' },
  { letter: 'u', name: 'nounset' },
  { letter: 'E', name: 'errtrace' },
  { letter: '', name: 'vi' },
  { letter: '', name: 'pipefail' },
] as const;

/** The settings of `set`. */
export class ShellOptions {
  errexit = false;
  noglob = false;
  ignoreeof = false;
  interactive = false;
  monitor = false;
  noexec = false;
  fromStdin = false;
  fromArgument = false;
  xtrace = false;
  verbose = false;
  noclobber = false;
  allexport = false;
  notify = false;
  nounset = false;
  errtrace = false;
  vi = false;
  pipefail = false;

  clone(): ShellOptions {
    return Object.assign(new ShellOptions(), this);
  }

  get(option: (typeof OPTIONS)[number]): boolean {
    return this[fieldOf(option)];
  }

  /** Whether the option of a name is on; false if there is none. */
  getByName(name: string): boolean {
    const option = OPTIONS.find((candidate) => candidate.name === name && name !== '');
    return option !== undefined && this.get(option);
  }

  setByLetter(letter: string, on: boolean): boolean {
    const option = OPTIONS.find(
      (candidate) => candidate.letter === letter && candidate.name !== '',
    );
    if (!option) return false;
    this[fieldOf(option)] = on;
    return true;
  }

  setByName(name: string, on: boolean): boolean {
    const option = OPTIONS.find((candidate) => candidate.name === name && name !== '');
    if (!option) return false;
    this[fieldOf(option)] = on;
    return true;
  }

  /** The value of `$-`. */
  get letters(): string {
    let letters = '';
    for (let i = OPTIONS.length - 1; i >= 0; i--) {
      const option = OPTIONS[i];
      if (option && option.letter !== '' && this.get(option)) letters += option.letter;
    }
    return letters;
  }
}

type Setting = Exclude<
  keyof ShellOptions,
  'clone' | 'get' | 'getByName' | 'setByLetter' | 'setByName' | 'letters'
>;

function fieldOf(option: (typeof OPTIONS)[number]): Setting {
  if (option.name !== '') return option.name;
  if (option.letter === 'i') return 'interactive';
  return option.letter === 's' ? 'fromStdin' : 'fromArgument';
}
