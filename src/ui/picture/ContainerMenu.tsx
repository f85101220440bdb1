import { CircleX, Ellipsis, Hourglass, MemoryStick, SquareTerminal, Zap } from 'lucide-react';
import type { ContainerPicture, PodPicture } from '../../lab/picture';
import { askForFault } from '../faults/ask';
import { Menu, MenuItem } from '../layout/Menu';
import { inject } from '../store/lab';
import { update } from '../store/store';

interface ContainerMenuProps {
  readonly pod: PodPicture;
  readonly container: ContainerPicture;
}

const SIGNALS = [
  { signal: 'TERM', hint: 'the polite request; a shell as PID 1 ignores it without a trap' },
  { signal: 'KILL', hint: 'ends it at once, exit code 137' },
];
const EXIT_CODES = [0, 1];

/** Faults for one container, and a shell in it. */
export function ContainerMenu({ pod, container }: ContainerMenuProps) {
  const path = `${pod.namespace}/${pod.name}`;
  const about = { pod: path, container: container.name };
  const isRunning = container.state === 'running';
  const n = pod.namespace === 'default' ? '' : ` -n ${pod.namespace}`;
  const shell = `kubectl exec -it ${pod.name}${n} -c ${container.name} -- sh`;
  return (
    <Menu
      label={`Do something to container ${container.name}`}
      className="icon-button small"
      button={<Ellipsis size={15} />}
    >
      <MenuItem
        icon={<SquareTerminal size={15} />}
        hint={<code>{shell}</code>}
        disabled={!isRunning}
        onSelect={() =>
          update({ outputTab: 'terminal', narrowTab: 'output', pendingCommand: `${shell}\r` })
        }
      >
        Open a shell in it
      </MenuItem>
      <hr />
      {SIGNALS.map(({ signal, hint }) => (
        <MenuItem
          key={signal}
          icon={<Zap size={15} />}
          hint={hint}
          disabled={!isRunning}
          onSelect={() =>
            void inject({ do: 'signal', pod: path, container: container.name, signal })
          }
        >
          Signal {signal} to PID 1
        </MenuItem>
      ))}
      <MenuItem
        icon={<Zap size={15} />}
        disabled={!isRunning}
        onSelect={() => askForFault({ form: 'signal', ...about })}
      >
        Another signal …
      </MenuItem>
      <hr />
      <MenuItem
        icon={<Hourglass size={15} />}
        hint="from its next start on"
        onSelect={() => askForFault({ form: 'slow start', ...about })}
      >
        Let it start late …
      </MenuItem>
      <MenuItem
        icon={<MemoryStick size={15} />}
        hint="up to its limit, and beyond"
        disabled={!isRunning}
        onSelect={() => askForFault({ form: 'leak memory', ...about })}
      >
        Let it leak memory …
      </MenuItem>
      <hr />
      {EXIT_CODES.map((exitCode) => (
        <MenuItem
          key={exitCode}
          icon={<CircleX size={15} />}
          disabled={!isRunning}
          onSelect={() =>
            void inject({ do: 'exit', pod: path, container: container.name, exitCode })
          }
        >
          End it with exit code {exitCode}
        </MenuItem>
      ))}
      <MenuItem
        icon={<CircleX size={15} />}
        disabled={!isRunning}
        onSelect={() => askForFault({ form: 'exit', ...about })}
      >
        End it with another exit code …
      </MenuItem>
    </Menu>
  );
}
