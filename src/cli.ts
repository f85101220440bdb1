import { type Command, parseCommandLine } from './cli/arguments';
import { checkCommand, gradeCommand } from './cli/lesson-commands';
import { runCommand } from './cli/run-command';
import { shCommand } from './cli/sh-command';
import { COMMAND_USAGE, CommandError, USAGE, UsageError } from './cli/usage';

// npx podlab COMMAND …; in the repository: npm run -s podlab -- COMMAND …

async function carryOut(command: Command): Promise<number> {
  switch (command.name) {
    case 'help':
      process.stdout.write(
        command.topic === undefined ? USAGE : (COMMAND_USAGE[command.topic] ?? USAGE),
      );
      return 0;
    case 'run':
      return runCommand(command);
    case 'sh':
      return shCommand(command);
    case 'check':
      return checkCommand(command.lessons);
    case 'grade':
      return gradeCommand(command);
  }
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    return await carryOut(parseCommandLine(argv));
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`podlab: ${error.message}\npodlab --help shows how it is called\n`);
      return 2;
    }
    if (error instanceof CommandError) {
      process.stderr.write(`${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

// `podlab run … | head`: whoever reads has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await main(process.argv.slice(2));
