import { describe, expect, it } from 'vitest';
import { runScript } from './test-script';

/** What bash 5.2 prints for a script: standard output, standard error, exit code. */
const RECORDED: readonly (readonly [string, string, string, number])[] = [
  [
    'a=(x "y z" w); echo ${#a[@]} "${a[1]}" ${a[-1]}; for i in "${a[@]}"; do echo "<$i>"; done',
    '3 y z w\n<x>\n<y z>\n<w>\n',
    '',
    0,
  ],
  ['a=(); for i in "${a[@]}"; do echo never; done; echo ${#a[@]}', '0\n', '', 0],
  [
    "a=(1 2 3); a+=(4 5); a[9]=x; echo ${!a[@]} ${a[@]:1:2}; unset 'a[0]'; echo ${a[@]}",
    '0 1 2 3 4 9 2 3\n2 3 4 5 x\n',
    '',
    0,
  ],
  [
    'declare -A m=([k]=v [two]="2 2"); m[three]=3; for k in k two three; do echo "$k=${m[$k]}"; done; echo ${#m[@]}',
    'k=v\ntwo=2 2\nthree=3\n3\n',
    '',
    0,
  ],
  [
    '[[ foo123 =~ ^([a-z]+)([0-9]+)$ ]] && echo ${BASH_REMATCH[0]} ${BASH_REMATCH[1]} ${BASH_REMATCH[2]}',
    'foo123 foo 123\n',
    '',
    0,
  ],
  [
    'x=; [[ -z $x ]] && echo empty; [[ $x ]] || echo false; y="a b"; [[ $y == "a b" ]] && echo same',
    'empty\nfalse\nsame\n',
    '',
    0,
  ],
  [
    '[[ 10 -gt 9 ]] && echo gt; [[ a < b ]] && echo lt; [[ (1 -eq 1 || 2 -eq 3) && a = a ]] && echo ok',
    'gt\nlt\nok\n',
    '',
    0,
  ],
  [
    'echo {1..5} {a..e} {01..03} x{a,b{1,2}}y {5..1..2} {x} {a..} "{1..3}"',
    '1 2 3 4 5 a b c d e 01 02 03 xay xb1y xb2y 5 3 1 {x} {a..} {1..3}\n',
    '',
    0,
  ],
  [
    'for ((i=0;i<3;i++)); do echo -n $i; done; echo; i=5; ((i+=2)); echo $i; ((0)) || echo zero; ((i==7)) && echo seven',
    '012\n7\nzero\nseven\n',
    '',
    0,
  ],
  [
    'cat <<< "here $((1+1))"; read -r a b <<< "one two three"; echo "$b"',
    'here 2\ntwo three\n',
    '',
    0,
  ],
  [
    's=hello.world; echo ${s^^} ${s^} ${s//o/0} ${s/l/L} ${s:1:3} ${s: -3} ${s%.*} ${s#*.} ${#s}; t=ABC; echo ${t,,} ${t,}',
    'HELLO.WORLD Hello.world hell0.w0rld heLlo.world ell rld hello world 11\nabc aBC\n',
    '',
    0,
  ],
  [
    'function f { local x=1; echo "in $1 $x"; return 3; }; f arg; echo $? ${x-unset}',
    'in arg 1\n3 unset\n',
    '',
    0,
  ],
  ['f() { echo "$FUNCNAME $# $@"; }; f a "b c"', 'f 2 a b c\n', '', 0],
  [
    "printf -v v '%03d' 7; echo $v; printf '%s\\n' \"${v}\" 'x y'; printf '%q\\n' 'a b'",
    '007\n007\nx y\na\\ b\n',
    '',
    0,
  ],
  [
    'true | false | true; echo ${PIPESTATUS[@]}; set -o pipefail; false | true; echo $?',
    '0 1 0\n1\n',
    '',
    0,
  ],
  ['n=3; while ((n-->0)); do echo $n; done', '2\n1\n0\n', '', 0],
  [
    'arr=($(echo a b c)); echo ${arr[2]} ${#arr}; IFS=, read -ra p <<< "x,y,z"; echo ${p[1]} ${#p[@]}',
    'c 1\ny 3\n',
    '',
    0,
  ],
  [
    'v=x; declare -i num=2+3; num+=1; echo $num; name=v; echo ${!name}; x+=yy; echo $x',
    '6\nx\nyy\n',
    '',
    0,
  ],
  ['case abc in a*) echo A;; esac; case 5 in [0-9]) echo digit;; esac', 'A\ndigit\n', '', 0],
  ['set -- a b c d; echo ${@:2:2} ${*: -1} $# "${@:3}"', 'b c d 4 c d\n', '', 0],
  ['echo ${u:-def} ${u:=set} $u ${u:+alt}; unset u; echo ${u-x}', 'def set set alt\nx\n', '', 0],
  [
    '/nope; /etc; echo $?',
    '126\n',
    'bash: line 1: /nope: No such file or directory\nbash: line 1: /etc: Is a directory\n',
    0,
  ],
  ['cd /nope; echo $?', '1\n', 'bash: line 1: cd: /nope: No such file or directory\n', 0],
  ['echo > /nope/x; echo $?', '1\n', 'bash: line 1: /nope/x: No such file or directory\n', 0],
  [
    'if true; then fi',
    '',
    "bash: -c: line 1: syntax error near unexpected token `fi'\nbash: -c: line 1: `if true; then fi'\n",
    2,
  ],
  ['echo "abc', '', 'bash: -c: line 1: unexpected EOF while looking for matching `"\'\n', 2],
  ['for i in 1; do', '', 'bash: -c: line 2: syntax error: unexpected end of file\n', 2],
  ['set -u; echo $zz; echo not', '', 'bash: line 1: zz: unbound variable\n', 127],
  ['echo ${zz?no}', '', 'bash: line 1: zz: no\n', 127],
  ['readonly r=1; r=2; echo after', '', 'bash: line 1: r: readonly variable\n', 1],
  ['exit abc', '', 'bash: line 1: exit: abc: numeric argument required\n', 2],
  ['shift 5; echo $?', '1\n', '', 0],
  ['echo $((1/0)); echo next', '', 'bash: line 1: 1/0: division by 0 (error token is "0")\n', 1],
  ["trap 'echo bye' EXIT; echo hi", 'hi\nbye\n', '', 0],
  ['type cd; type -t if; type -t nope; echo $?', 'cd is a shell builtin\nkeyword\n1\n', '', 0],
  ['x=5; x+=3; echo $x; let x=x*2 y=3; echo $x $y', '53\n106 3\n', '', 0],
  ['[[ a == b ]] || { echo "no"; }; test a == a && echo t', 'no\nt\n', '', 0],
  ['s="a,b,c"; IFS=\',\' ; for p in $s; do echo $p; done', 'a\nb\nc\n', '', 0],
  ['f() { local -a l=(1 2); l+=(3); echo ${l[@]}; }; l=out; f; echo $l', '1 2 3\nout\n', '', 0],
  ['echo ${a[@]+set} "${a[@]-none}"; a=(""); echo "${#a[@]}" "[${a[@]}]"', 'none\n1 []\n', '', 0],
  ['i=0; until [[ $i -ge 3 ]]; do ((++i)); done; echo $i', '3\n', '', 0],
  ['echo "${s@Q}"; q="it\'s"; echo ${q@Q}', "\n'it'\\''s'\n", '', 0],
  ['var="  trim  "; echo "[${var## }]" "[${var//[[:space:]]/}]"', '[ trim  ] [trim]\n', '', 0],
  ['source /nope; echo $?', '1\n', 'bash: line 1: /nope: No such file or directory\n', 0],
  ['local x; echo $?', '1\n', 'bash: line 1: local: can only be used in a function\n', 0],
  [
    'break; echo $?',
    '0\n',
    "bash: line 1: break: only meaningful in a `for', `while', or `until' loop\n",
    0,
  ],
  ['true && { echo A; false; } || echo B', 'A\nB\n', '', 0],
  ['echo $((2**10)) $((16#ff)) $((7%3)) $((a[0]=5)) ${a[0]}', '1024 255 1 5 5\n', '', 0],
  ['wait; echo done', 'done\n', '', 0],
];

describe('bash', () => {
  it.each(RECORDED)('%s', (script, stdout, stderr, exitCode) => {
    const result = runScript(script, { argv: ['bash', '-c', script] });
    expect({ ...result, ms: 0 }).toEqual({ stdout, stderr, exitCode, ms: 0 });
  });

  it('names the script and the line in messages', () => {
    const files = {
      '/w/s.sh': '#!/bin/bash\n\nnope\n[[ 1 -eq 1 ]] && arr=(a b) && echo ${#arr[@]}\n',
    };
    const { stdout, stderr } = runScript('', { argv: ['bash', '/w/s.sh'], files });
    expect({ stdout, stderr }).toEqual({
      stdout: '2\n',
      stderr: '/w/s.sh: line 3: nope: command not found\n',
    });
  });

  it('says which child was killed by what', () => {
    const script = 'sleep 9 & kill -9 $!; wait $!; echo $?';
    const { stdout, stderr } = runScript('', { argv: ['bash', '-c', script] });
    expect(stdout).toBe('137\n');
    expect(stderr).toMatch(/^bash: line 1: +\d+ Killed {18}sleep 9\n$/);
  });

  it.each([
    `[[ ${'( '.repeat(20_000)} a`,
    `[[ ${'a && '.repeat(20_000)} a ]]`,
    `: ${'{a,b}'.repeat(40)}`,
    `: ${'{1..1}'.repeat(20_000)}`,
    `echo $((${'a['.repeat(2000)}1${']'.repeat(2000)}))`,
    'for ((i = 0; i < 20000; i++)); do a[20000-i]=x; done',
  ])('survives hostile scripts (%#)', (script) => {
    const { exitCode } = runScript('', { argv: ['bash', '-c', script] });
    expect([0, 1, 2]).toContain(exitCode);
  });

  it('leaves ash as it is', () => {
    expect(runScript('echo {1..3} ${x^^}').stderr).toContain('bad substitution');
    expect(runScript('nope').stderr).toBe('sh: nope: not found\n');
  });
});
