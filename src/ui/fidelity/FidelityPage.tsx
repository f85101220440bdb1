import { Dialog } from '../layout/Dialog';
import { limitsLink } from '../layout/facts-link';
import results from './results.json';
import { TABLE_GROUPS, TABLE_TEXTS } from './table-texts';

interface Row {
  readonly table: string;
  readonly passed: number;
  readonly total: number;
  readonly known: Readonly<Record<string, string | undefined>>;
}

/** How true the lab is: each table of what the real things did, and how much of it holds here. */
export default function FidelityPage() {
  const { truth } = results;
  const rows: readonly Row[] = [...results.recorded, ...results.tables];
  const sum = (part: 'passed' | 'total') => rows.reduce((all, row) => all + row[part], 0);
  return (
    <Dialog title="How true is it?" wide>
      <p>
        What Podlab shows is compared with what the real things did: Kubernetes {truth.kubernetes},
        kubectl {truth.kubectl} and busybox {truth.busybox}, by their own tests and by recordings of
        a real cluster. <b className="num">{percent(sum('passed'), sum('total'))}</b> of{' '}
        <span className="num">{sum('total').toLocaleString('en')}</span> cases hold.
      </p>
      {TABLE_GROUPS.map((group) => (
        <Group
          key={group}
          name={group}
          rows={rows.filter(({ table }) => TABLE_TEXTS[table]?.group === group)}
        />
      ))}
      <p className="soft">
        Anybody can count again: <code>npm run conformance</code> in the repository. What is not
        simulated at all stands on <a href={limitsLink()}>its own page</a>.
      </p>
    </Dialog>
  );
}

function Group({ name, rows }: { readonly name: string; readonly rows: readonly Row[] }) {
  if (rows.length === 0) return null;
  return (
    <section className="fidelity" aria-label={name}>
      <h3>{name}</h3>
      <table>
        <thead className="hidden-visually">
          <tr>
            <th scope="col">Table</th>
            <th scope="col">What it is about</th>
            <th scope="col">Cases that hold</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TableRow key={row.table} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function TableRow({ row }: { readonly row: Row }) {
  const { table, passed, total, known } = row;
  const text = TABLE_TEXTS[table];
  const reasons = Object.entries(known);
  const isWhole = passed === total;
  return (
    <tr>
      <th scope="row">{text?.title ?? table}</th>
      <td className="what soft">
        {text?.what}
        {reasons.length > 0 && (
          <details>
            <summary>
              {reasons.length === 1 ? 'one case differs' : `${reasons.length} differ`}, with a
              reason
            </summary>
            <ul>
              {reasons.map(([name, reason]) => (
                <li key={name}>
                  <b>{name}</b>: {reason}
                </li>
              ))}
            </ul>
          </details>
        )}
      </td>
      <td className="num share">
        <span aria-hidden="true">{isWhole ? '✓' : ''}</span> {passed}/{total}
        <span className={isWhole ? 'meter whole' : 'meter'} aria-hidden="true">
          <i style={{ width: `${(passed / Math.max(1, total)) * 100}%` }} />
        </span>
      </td>
    </tr>
  );
}

/** Rounded down: 100 % means all. */
function percent(passed: number, total: number): string {
  return `${Math.floor((passed / Math.max(1, total)) * 1000) / 10} %`;
}
