import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { packForward } from '../records/forward-message';
import { NotMessagePack, unpack } from '../records/msgpack';
import { connectUpstream } from './connect';
import { eventsJson, printed, secondsAndNanos } from './event-text';
import { fileOutput } from './file-output';
import { elasticsearchOutput, httpOutput, lokiOutput } from './http-outputs';
import { dateSettings, type Flush, jsonFormat, type OutputRun, upstreamOf } from './output';
import { isOn, property } from './section';

/** Makes an output's flush; the text of what stands in the way otherwise. */
export function createOutput(run: OutputRun): Flush | { readonly problem: Bytes } {
  switch (run.plugin) {
    case 'stdout':
      return stdoutOutput(run);
    case 'file':
      return fileOutput(run);
    case 'forward':
      return forwardOutput(run);
    case 'http':
      return httpOutput(run);
    case 'es':
      return elasticsearchOutput(run);
    case 'loki':
      return lokiOutput(run);
    default:
      // null and its like take everything.
      // biome-ignore lint/correctness/useYield: outputs are calls that may wait; this one never does
      return function* discard() {
        return 'ok';
      };
  }
}

/** How many workers an output starts if the configuration does not say: they show in the log. */
export function defaultWorkers(plugin: Bytes): number {
  if (plugin === 'stdout' || plugin === 'file') return 1;
  return ['http', 'forward', 'es'].includes(plugin) ? 2 : 0;
}

function stdoutOutput(run: OutputRun): Flush {
  const { section } = run;
  const format = jsonFormat(section);
  const date = dateSettings(section);
  const given = property(section, 'format')?.toLowerCase();
  if (given !== undefined && !format && given !== 'msgpack') {
    run.say('error', "unrecognized 'format' option. Using 'msgpack'");
  }
  return function* flush(chunk) {
    const lines = chunk.events.map(
      ({ time, record }, index) =>
        `[${index}] ${chunk.tag}: [[${secondsAndNanos(time)}, {}], ${printed(record)}]\n`,
    );
    const json = format && eventsJson(chunk.events, format, date);
    const text = json === undefined ? lines.join('') : format === 'json_lines' ? json : `${json}\n`;
    yield* run.sys.write(1, text);
    return 'ok';
  };
}

/** plugins/out_forward in forward mode; with Require_ack_response it waits for the answer. */
function forwardOutput(run: OutputRun): Flush {
  const { section, sys } = run;
  const { host, port } = upstreamOf(section, 24_224);
  const wantsAck = isOn(property(section, 'require_ack_response'));
  const tag = property(section, 'tag');
  return function* flush(chunk) {
    const fd = yield* connectUpstream(sys, run.log, host, port);
    if (fd === undefined) {
      run.say('error', 'no upstream connections available');
      return 'retry';
    }
    try {
      const id = wantsAck ? chunk.name : undefined;
      yield* sys.write(fd, packForward(tag ?? chunk.tag, chunk.events, id));
      if (id !== undefined && !(yield* acknowledged(sys, fd, id))) {
        run.say('error', 'cannot get ack');
        return 'retry';
      }
      return 'ok';
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      run.say('error', 'could not write forward header');
      return 'retry';
    } finally {
      sys.close(fd);
    }
  };
}

/** How long an answer may take, ms. */
const ACK_TIMEOUT_MS = 10_000;

function* acknowledged(sys: Sys, fd: number, id: Bytes): Call<boolean> {
  let received: Bytes = '';
  for (;;) {
    if ((yield* sys.poll([{ fd }], ACK_TIMEOUT_MS)) === undefined) return false;
    const bytes = yield* sys.read(fd, 4096);
    if (bytes === '') return false;
    received += bytes;
    try {
      const answer = unpack(received)?.value;
      if (answer !== undefined) return answer instanceof Map && answer.get('ack') === id;
    } catch (error) {
      if (error instanceof NotMessagePack) return false;
      throw error;
    }
  }
}
