import { envVarNameProblems } from '../../api/names';
import type { JsonObject } from '../../api/patch/json-value';
import type { Invocation } from '../command';
import { plain } from '../errors';

/** The pod of `kubectl run`. Models BasicPod of pkg/generate/versioned/run.go. */
export function podFromFlags({ args, flags }: Invocation, restartPolicy: string): JsonObject {
  const [name = '', ...words] = args;
  const stdin = flags.bool('stdin');
  const env = flags
    .list('env')
    .filter((text) => text !== '')
    .map(envVar);
  const pullPolicy = flags.string('image-pull-policy');
  const container: JsonObject = {
    name,
    image: flags.string('image'),
    ...(words.length === 0 ? {} : { [flags.bool('command') ? 'command' : 'args']: words }),
    ...(env.length === 0 ? {} : { env }),
    ...portsOf(flags.string('port')),
    ...(pullPolicy === '' ? {} : { imagePullPolicy: pullPolicy }),
    ...(stdin ? { stdin } : {}),
    ...(stdin && !flags.bool('leave-stdin-open') ? { stdinOnce: true } : {}),
    ...(flags.bool('tty') ? { tty: true } : {}),
    ...(flags.bool('privileged') ? { securityContext: { privileged: true } } : {}),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: labelsOf(flags.string('labels'), name),
      annotations: annotationsOf(flags.list('annotations').filter((text) => text !== '')),
    },
    spec: { containers: [container], dnsPolicy: 'ClusterFirst', restartPolicy },
  };
}

function envVar(text: string): JsonObject {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(at, 0));
  if (name === '' || envVarNameProblems(name).length > 0) throw plain(`invalid env: ${text}`);
  return { name, value: text.slice(at + 1) };
}

/** `a=1` each. Models ParsePairs of pkg/cmd/util/helpers.go. */
function annotationsOf(texts: readonly string[]): JsonObject {
  const invalid = texts.filter((text) => text.indexOf('=') <= 0);
  if (invalid.length > 0) throw plain(`invalid annotations format: ${invalid.join(', ')}`);
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function portsOf(text: string): JsonObject {
  if (text === '') return {};
  if (!/^[-+]?\d+$/.test(text)) throw plain(`strconv.Atoi: parsing "${text}": invalid syntax`);
  return { ports: [{ containerPort: Number(text) }] };
}

/** `a=1,b=2`. Models generate.ParseLabels. */
function labelsOf(text: string, name: string): JsonObject {
  if (text === '') return { run: name };
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [key = '', value = '', ...more] = pair.split('=');
      if (!pair.includes('=') || more.length > 0) throw plain(`unexpected label spec: ${text}`);
      if (key === '') throw plain('unexpected empty label key');
      return [key, value];
    }),
  );
}
