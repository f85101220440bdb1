import path from 'node:path';
import type { KubeObject } from '../api/types';
import type { Dump } from '../lab/simulator-api';
import { createSimulator } from '../simulator';
import type { Command, ScriptSource } from './arguments';
import { readInput, readInputIfAny, readText, readTextFile } from './input';
import { applyFiles } from './manifests';
import { CommandError } from './usage';

type ShCommand = Extract<Command, { name: 'sh' }>;

/** `podlab sh`: the script's exit code. */
export async function shCommand(command: ShCommand): Promise<number> {
  const files = [];
  for (const file of command.apply) files.push({ path: file, text: await readText(file) });
  const dump = command.load === undefined ? undefined : readDump(command.load);
  const script = await readScript(command.script);
  const stdin = await readStdin(command);
  const { seed, controlPlane, timeoutMs } = command;
  const simulator = createSimulator({ seed, controlPlane });
  if (dump) simulator.load(dump);
  applyFiles(simulator, files);
  const named = files.filter((file) => file.path !== '-');
  const result = simulator.sh(script, {
    stdin,
    timeoutMs,
    files: Object.fromEntries(named.map((file) => [path.basename(file.path), file.text])),
  });
  process.stdout.write(result.stdout);
  process.stderr.write(result.stderr);
  return result.exitCode;
}

async function readScript(source: ScriptSource): Promise<string> {
  if (source.kind === 'text') return source.text;
  return source.kind === 'file' ? readTextFile(source.path) : readInput();
}

async function readStdin({ script, apply, waitForInput }: ShCommand): Promise<string> {
  // Standard input is taken already: by the script, or by a manifest.
  if (script.kind === 'stdin' || apply.includes('-')) return '';
  return waitForInput ? readInput() : readInputIfAny();
}

/** A List, one object, or a dump as `load` takes it. */
function readDump(file: string): Dump {
  let value: unknown;
  try {
    value = JSON.parse(readTextFile(file));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`error: ${file} is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null) {
    throw new CommandError(`error: ${file} holds no objects`);
  }
  if ('objects' in value) return value as Dump;
  if ('items' in value && Array.isArray(value.items)) return { objects: value.items };
  return { objects: Array.isArray(value) ? value : [value as KubeObject] };
}
