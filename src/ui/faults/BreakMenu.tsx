import {
  CloudOff,
  Globe,
  Hourglass,
  PackageX,
  Power,
  RadioTower,
  RotateCcw,
  Server,
  ServerOff,
  Unplug,
  Zap,
} from 'lucide-react';
import { useState } from 'react';
import { Menu, MenuItem, MenuTitle } from '../layout/Menu';
import { inject } from '../store/lab';
import { usePage } from '../store/store';
import { askForFault } from './ask';
import { useActiveFaults } from './use-active-faults';

interface NodeChoiceProps {
  /** The node of the pod that is shown, which is offered first. */
  readonly node: string;
  readonly nodes: readonly string[];
}

/** What can go wrong around the pods: a node, images, the network, Services. */
export function BreakMenu({ node, nodes }: NodeChoiceProps) {
  const isReady = usePage((state) => state.flow === 'ready' && state.failure === undefined);
  const active = new Set(useActiveFaults().map(({ key }) => key));
  return (
    <Menu
      label="Break something"
      className="button break-button"
      disabled={!isReady}
      button={
        <>
          <Zap size={13} />
          Break something
        </>
      }
    >
      <NodeItems node={node} nodes={nodes} active={active} />
      <hr />
      <MenuTitle>Images</MenuTitle>
      <MenuItem
        icon={<PackageX size={15} />}
        onSelect={() => askForFault({ form: 'fail image' })}
        hint="with the registry’s words"
      >
        Let pulls of an image fail …
      </MenuItem>
      <MenuItem icon={<Hourglass size={15} />} onSelect={() => askForFault({ form: 'slow image' })}>
        Slow down pulls of an image …
      </MenuItem>
      <hr />
      <MenuTitle>Network and names</MenuTitle>
      <MenuItem
        icon={<Globe size={15} />}
        onSelect={() => void inject({ do: 'dns', fail: true })}
        disabled={active.has('dns ')}
        hint="every look-up takes its time and fails"
      >
        Name servers do not answer
      </MenuItem>
      <MenuItem icon={<Globe size={15} />} onSelect={() => askForFault({ form: 'failing name' })}>
        Looking up one name fails …
      </MenuItem>
      <MenuItem
        icon={<CloudOff size={15} />}
        onSelect={() => void inject({ do: 'network', fail: true })}
        disabled={active.has('network ')}
        hint="between pods, and to the outside; localhost goes on"
      >
        The network loses all packets
      </MenuItem>
      <MenuItem
        icon={<Unplug size={15} />}
        onSelect={() => askForFault({ form: 'unreachable host' })}
      >
        Cut off one host …
      </MenuItem>
      <hr />
      <MenuTitle>Services</MenuTitle>
      <MenuItem
        icon={<ServerOff size={15} />}
        onSelect={() => askForFault({ form: 'stop backend' })}
      >
        Stop what is behind a Service …
      </MenuItem>
      <MenuItem
        icon={<RadioTower size={15} />}
        onSelect={() => askForFault({ form: 'collector outage' })}
        hint="connections hang, and those who send must wait or lose"
      >
        A collector falls silent …
      </MenuItem>
    </Menu>
  );
}

interface NodeItemsProps extends NodeChoiceProps {
  readonly active: ReadonlySet<string>;
}

function NodeItems({ node: first, nodes, active }: NodeItemsProps) {
  const [chosen, setChosen] = useState(first);
  const node = nodes.includes(chosen) ? chosen : first;
  const isStopped = active.has(`kubelet ${node}`);
  const isCut = active.has(`cut off ${node}`);
  const isBooting = active.has(`boot ${node}`);
  return (
    <>
      {nodes.length > 1 ? (
        <fieldset className="plain node-choice" aria-label="Which node">
          {nodes.map((name) => (
            <MenuItem key={name} stays checked={name === node} onSelect={() => setChosen(name)}>
              {name}
            </MenuItem>
          ))}
        </fieldset>
      ) : (
        <MenuTitle>{node}</MenuTitle>
      )}
      <MenuItem
        icon={<RotateCcw size={15} />}
        onSelect={() => void inject({ do: 'reboot node', node })}
        disabled={isBooting}
        hint="everything on it ends; it is back after half a minute"
      >
        Reboot it
      </MenuItem>
      {isCut ? (
        <MenuItem
          icon={<Unplug size={15} />}
          onSelect={() => void inject({ do: 'rejoin node', node })}
        >
          Let it rejoin
        </MenuItem>
      ) : (
        <MenuItem
          icon={<Unplug size={15} />}
          onSelect={() => void inject({ do: 'cut off node', node })}
          disabled={isBooting}
          hint="what runs on it goes on; nobody hears of it"
        >
          Cut it off
        </MenuItem>
      )}
      <MenuItem
        icon={<Power size={15} />}
        onSelect={() => void inject({ do: 'kubelet', node, action: isStopped ? 'start' : 'stop' })}
        disabled={isBooting}
        hint={isStopped ? undefined : 'containers go on; nothing is probed, restarted or reported'}
      >
        {isStopped ? 'Start its kubelet' : 'Stop its kubelet'}
      </MenuItem>
      <MenuItem
        icon={<Server size={15} />}
        onSelect={() => void inject({ do: 'kubelet', node, action: 'restart' })}
        disabled={isBooting}
        hint="as an update of the kubelet does: containers go on"
      >
        Restart its kubelet
      </MenuItem>
    </>
  );
}
