import type { Bytes } from '../../runtime/bytes';
import { ConfigError, type Directive } from './config';
import { isKnownVariable, type MapRule, variablesIn } from './variables';

/** The variables that `map` and `geo` define. */
export function mapRules(http: readonly Directive[]): ReadonlyMap<string, MapRule> {
  const rules = new Map<string, MapRule>();
  for (const { name, args, block } of http) {
    if (name !== 'map') continue;
    const entries: (readonly [Bytes, Bytes])[] = [];
    let fallback: Bytes = '';
    for (const entry of block ?? []) {
      if (['hostnames', 'volatile', 'include'].includes(entry.name)) continue;
      const value = entry.args[0] ?? '';
      if (entry.name === 'default') fallback = value;
      else entries.push([entry.name.replace(/^\\/, ''), value]);
    }
    rules.set((args[1] ?? '').slice(1), { source: args[0] ?? '', entries, fallback });
  }
  return rules;
}

/** Directives whose arguments may hold variables. */
const WITH_VARIABLES = new Set(
  'return rewrite set add_header proxy_pass proxy_set_header log_format try_files limit_req_zone root alias'.split(
    ' ',
  ),
);

/** Throws ConfigError for a variable that nobody defines, or a name that is none. */
export function checkVariables(
  http: readonly Directive[],
  maps: ReadonlyMap<string, MapRule>,
): void {
  const defined = new Set(maps.keys());
  everyDirective(http, ({ name, args, place }) => {
    if (name !== 'set' && name !== 'auth_request_set') return;
    const variable = args[0] ?? '';
    if (!variable.startsWith('$')) {
      throw new ConfigError(`invalid variable name "${variable}" in ${place}`);
    }
    defined.add(variable.slice(1));
  });
  everyDirective(http, ({ name, args }) => {
    if (!WITH_VARIABLES.has(name)) return;
    // The pattern of a rewrite is no text with variables: `$` ends it.
    for (const text of name === 'rewrite' ? args.slice(1, 2) : args) {
      const unknown = variablesIn(text).find(
        (used) => !defined.has(used) && !isKnownVariable(used),
      );
      if (unknown !== undefined) throw new ConfigError(`unknown "${unknown}" variable`);
    }
  });
}

function everyDirective(block: readonly Directive[], visit: (directive: Directive) => void): void {
  for (const directive of block) {
    visit(directive);
    if (directive.block && directive.name !== 'map') everyDirective(directive.block, visit);
  }
}
