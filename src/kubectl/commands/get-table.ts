import type { ResourceInfo } from '../../api/client';
import type { Invocation } from '../command';
import { TablePrinter } from '../print/table';

/** Prints tables of a resource as the flags of `get` ask for. */
export function tablePrinter(
  { flags }: Invocation,
  info: ResourceInfo,
  severalKinds: boolean,
): TablePrinter {
  return new TablePrinter(info, {
    wide: flags.string('output') === 'wide',
    noHeaders: flags.bool('no-headers'),
    withNamespace: flags.bool('all-namespaces') && info.namespaced,
    withKind: flags.bool('show-kind') || severalKinds,
    showLabels: flags.bool('show-labels'),
    labelColumns: flags.list('label-columns'),
  });
}
