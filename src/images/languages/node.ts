import type { Bytes } from '../../runtime/bytes';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { typeOf } from '../files';
import { literals, statements } from './literals';
import { waitAsPlaceholder } from './wait';

/** node: `-e` and `-p` with literals. Anything else says that it is not simulated, and waits. */
export function nodeProgram(version: string): Program {
  return function* node(sys) {
    const [first, text] = sys.argv.slice(1);
    if (first === '--version' || first === '-v') {
      yield* sys.write(1, `v${version}\n`);
      return 0;
    }
    if (first === '-e' || first === '--eval') return yield* runText(sys, text ?? '');
    if (first === '-p' || first === '--print') {
      return yield* runText(sys, `console.log(${text ?? ''})`);
    }
    if (first === undefined) {
      if (sys.isatty(0)) return yield* waitAsPlaceholder(sys, "Node's interactive mode");
      const bytes = yield* sys.read(0, 65_536);
      return bytes === '' ? 0 : yield* runText(sys, bytes);
    }
    const path = first.startsWith('/') ? first : `${sys.cwd === '/' ? '' : sys.cwd}/${first}`;
    if (typeOf(sys, path) === undefined && typeOf(sys, `${path}.js`) === undefined) {
      yield* sys.write(
        2,
        `node:internal/modules/cjs/loader:1386\n  throw err;\n  ^\n\nError: Cannot find module '${path}'\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\n\nNode.js v${version}\n`,
      );
      return 1;
    }
    return yield* waitAsPlaceholder(sys, `the Node.js program ${first}`);
  };
}

function* runText(sys: Sys, text: Bytes): Call<number> {
  const outputs = statements(text).map((statement) => {
    const match = /^console\.(log|info|error)\((.*)\)$/s.exec(statement.trim());
    const output = match && literals(match[2] ?? '');
    return match && output !== undefined && output !== null
      ? { fd: match[1] === 'error' ? 2 : 1, text: `${output}\n` }
      : undefined;
  });
  if (outputs.includes(undefined)) return yield* waitAsPlaceholder(sys, 'this JavaScript');
  for (const output of outputs) if (output) yield* sys.write(output.fd, output.text);
  return 0;
}
