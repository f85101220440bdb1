/** A command line that cannot be understood: exit code 2. */
export class UsageError extends Error {}

/** Something the command line asked for cannot be done; the message is all that is printed. Exit code 1. */
export class CommandError extends Error {}

export const USAGE = `podlab: a Kubernetes lab in virtual time, without a cluster

usage: podlab COMMAND [OPTION…]

  run FILE… [--for 2m] [--seed N] [-o timeline|events|trace|json]
        Applies manifests to a new cluster, lets virtual time pass and prints what happened.

  sh [-f FILE]… [--load FILE] [--no-control-plane] [-c SCRIPT | FILE | -]
        Runs a script on the workstation: a shell with kubectl beside a new cluster.
        The exit code is the script's.

  check [LESSON…]
        Proves lessons: the start fails, the solution passes, each wrong answer fails where it should.

  grade LESSON FILE… [-o text|json]
        Grades an answer to a lesson.

podlab COMMAND --help says more. The API over HTTP for a real kubectl (podlab serve) is not built yet.
`;

export const COMMAND_USAGE: Readonly<Record<string, string>> = {
  run: `usage: podlab run FILE… [--for 2m] [--seed N] [-o timeline|events|trace|json]

Applies the files in order at t = 0, as kubectl apply -f does, and prints what happened until then.
A FILE of - is standard input.

  --for DURATION   virtual time to let pass: 90s, 2m, 1h30m (default 2m)
  --seed N         chance of the run, a whole number (default 1)
  -o FORMAT        timeline  a lane per container, as wide as the terminal (default)
                   events    the cluster's events with their times
                   trace     everything that was observed, one JSON object a line
                   json      the run, the objects at its end and the trace as one JSON document

Exit code: 0; 1 if a file cannot be read or is refused; 2 if the command line is wrong.
`,
  sh: `usage: podlab sh [-f FILE]… [--load FILE] [--no-control-plane] [-c SCRIPT | FILE | -]

Runs a script on the workstation in virtual time: sleep 1h takes no time of yours. The workstation has sh,
busybox's programs and kubectl (also as k). Without -c and FILE the script is standard input, as with -.

  -f FILE             applied before the script starts, and put into its working folder; may be repeated
  --load FILE         objects to store as they are, status included: a List, or an object with objects,
                      now, logs, exec and watch
  --no-control-plane  store and API server only: nothing schedules or runs pods
  -c SCRIPT           the script itself
  -i                  waits for all of standard input and hands it to the script; without -i the script
                      gets it when it is a file or has begun to arrive
  --seed N            chance of the run, a whole number (default 1)
  --timeout DURATION  virtual time after which the script is killed, with exit code 124 (default 10m)

Exit code: the script's; 1 if a file cannot be read or is refused; 2 if the command line is wrong.
`,
  check: `usage: podlab check [LESSON…]

Proves lessons, all of them by default: the start fails, the solution passes every check, and each wrong
answer fails at the check named for it. LESSON is a lesson's name (01-foundations/01-init-order, or its last
part) or a folder that holds a lesson.md.

Exit code: 0 if all are proved, 1 if not; 2 if the command line is wrong.
`,
  grade: `usage: podlab grade LESSON FILE… [-o text|json]

Grades an answer: applies the files to a new cluster per scenario of the lesson and watches its checks.

  -o FORMAT   text (default) or json

Exit code: 0 if every check passed, 1 if not; 2 if the command line is wrong.
`,
};
