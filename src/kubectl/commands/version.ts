import { goQuote } from '../../api/golang/quote';
import type { Json, JsonObject } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, usage } from '../errors';
import { bool, string } from '../flags/flag';
import { toJson } from '../print/json';
import { toYaml } from '../print/yaml';

export const version: Command = {
  name: 'version',
  summary: 'Print the client and server version information',
  flags: [bool('client'), string('output', 'o')],
  offline: (flags) => flags.bool('client'),
  run,
};

const KUSTOMIZE = 'v5.8.1';
const BUILD_DATE = '2026-01-01T00:00:00Z';

function* run(invocation: Invocation): Task<number> {
  const { args, client, flags, output, path, sys } = invocation;
  if (args.length > 0) throw usage(path, `extra arguments: [${args.map(goQuote).join(' ')}]`);
  const format = flags.string('output');
  if (!['', 'json', 'yaml'].includes(format)) throw plain("--output must be 'yaml' or 'json'");
  const { major, minor, gitVersion } = client.version();
  const built = { buildDate: BUILD_DATE, compiler: 'gc', platform: 'linux/amd64' };
  const clientVersion = {
    major,
    minor,
    gitVersion,
    gitCommit: '$Format:%H$',
    gitTreeState: 'clean',
    buildDate: built.buildDate,
    goVersion: 'go1.26.8',
    compiler: built.compiler,
    platform: built.platform,
  };
  const serverVersion: JsonObject = {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion,
    gitCommit: '0'.repeat(40),
    gitTreeState: 'clean',
    buildDate: built.buildDate,
    goVersion: 'go1.26.0',
    compiler: built.compiler,
    platform: built.platform,
  };
  const withServer = !flags.bool('client');
  const all: Json = {
    clientVersion,
    kustomizeVersion: KUSTOMIZE,
    ...(withServer ? { serverVersion } : {}),
  };
  if (format === 'json') output.out(`${toJson(all, { indent: '  ', keepOrder: true })}\n`);
  else if (format === 'yaml') output.out(`${toYaml(all)}\n`);
  else {
    output.out(`Client Version: ${gitVersion}\nKustomize Version: ${KUSTOMIZE}\n`);
    if (withServer) output.out(`Server Version: ${gitVersion}\n`);
  }
  yield* output.flush(sys);
  return 0;
}
