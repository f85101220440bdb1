import type { Fault, TraceRecord } from '../session/messages';

/** A `fault` record as a person would say it. */
export function faultInWords(record: TraceRecord): string {
  // The record carries the fault's own fields beside the trace's.
  return `fault: ${inWords(record as unknown as Fault)}`;
}

function inWords(fault: Fault): string {
  switch (fault.do) {
    case 'signal':
      return `signal ${fault.signal} to PID ${fault.pid ?? 1} of ${fault.container}`;
    case 'exit':
      return `${fault.container} ended with exit code ${fault.exitCode}`;
    case 'lose sandbox':
      return 'the sandbox is lost';
    case 'remove containers':
      return fault.which === 'exited init' ? 'ended init containers removed' : 'containers removed';
    case 'kubelet':
      return `kubelet ${fault.action}${fault.action === 'stop' ? 'ped' : 'ed'}`;
    case 'reboot node':
      return `${fault.node ?? 'the node'} rebooted`;
    case 'cut off node':
      return `${fault.node ?? 'the node'} cut off`;
    case 'rejoin node':
      return `${fault.node ?? 'the node'} rejoins`;
    case 'dns':
      return `${fault.host ? `looking up ${fault.host}` : 'name servers'} ${
        fault.fail ? 'failing' : 'working again'
      }`;
    case 'network':
      return `${fault.host ?? 'the network'} ${fault.fail ? 'unreachable' : 'back'}`;
    case 'slow start':
      return fault.seconds > 0
        ? `${fault.container} starts ${fault.seconds} s late`
        : `${fault.container} starts at once again`;
    case 'fill volume': {
      const place = fault.volume ?? fault.container ?? 'the first container';
      return fault.bytes > 0 ? `${place} filled` : `${place} cleared`;
    }
    case 'leak memory':
      return `${fault.container ?? 'the first container'} leaks memory`;
    case 'stop backend':
      return `what is behind ${fault.service} stopped`;
    case 'image':
      if (fault.fail !== undefined) return `pulls of ${fault.image} fail`;
      if (fault.seconds !== undefined) return `pulls of ${fault.image} take ${fault.seconds} s`;
      return `pulls of ${fault.image} work again`;
  }
}
