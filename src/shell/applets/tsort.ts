import type { Bytes } from '../../runtime/bytes';
import { applet, Failure, UsageFailure } from './applet';
import { byteOrder, closeInput, openOrFail } from './files';
import { readAll } from './lines';

interface Node {
  readonly name: Bytes;
  /** How many edges lead here from nodes that have not been printed. */
  before: number;
  readonly after: Node[];
}

/** Models coreutils/tsort.c: names in an order that has each before those that follow it. */
export const tsort = applet('tsort', function* (run) {
  if (run.args.length > 1) throw new UsageFailure();
  const fd = yield* openOrFail(run, run.args[0] ?? '-');
  const words = (yield* readAll(run.sys, fd)).split(/[ \t\n\v\f\r]+/).filter(Boolean);
  closeInput(run, fd);
  if (words.length % 2 === 1) throw new Failure('odd input');
  const nodes = new Map<Bytes, Node>();
  const nodeOf = (name: Bytes): Node => {
    const known = nodes.get(name);
    if (known) return known;
    const node: Node = { name, before: 0, after: [] };
    nodes.set(name, node);
    return node;
  };
  for (let i = 0; i < words.length; i += 2) {
    const first = nodeOf(words[i] as Bytes);
    const second = nodeOf(words[i + 1] as Bytes);
    if (first === second) continue;
    first.after.push(second);
    second.before++;
  }
  const waiting = [...nodes.values()].sort((a, b) => byteOrder(a.name, b.name));
  let code = 0;
  while (waiting.length > 0) {
    run.sys.spend(1);
    let place = waiting.findIndex(({ before }) => before === 0);
    if (place < 0) {
      yield* run.complain(`cycle at ${(waiting[0] as Node).name}`);
      code = 1;
      place = 0;
    }
    const node = waiting[place] as Node;
    const last = waiting.pop() as Node;
    if (last !== node) waiting[place] = last;
    yield* run.out.write(`${node.name}\n`);
    for (const next of node.after) next.before--;
  }
  return code;
});
