import { Zap } from 'lucide-react';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { Dialog } from '../layout/Dialog';
import { lab } from '../store/lab';
import type { FaultRequest } from '../store/state';
import { update, usePage } from '../store/store';
import { complaintAbout, type FaultField, faultForm } from './fault-forms';

/** Asks for what a fault needs to know, with something sensible filled in, and does it. */
export default function FaultDialog({ request }: { readonly request: FaultRequest }) {
  // What was there when it was opened: a form must not change under somebody's hands.
  const [form] = useState(() => faultForm(request, usePage.getState()));
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(form.fields.map(({ name, value }) => [name, value])),
  );
  const [refusal, setRefusal] = useState('');
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // After the dialog has opened: it gives the focus to its first button, the one that closes it.
    const frame = requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>('.field')?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, []);
  const wrong = form.fields.some((field) => complaintAbout(field, values[field.name] ?? ''));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (wrong) return;
    const outcome = await lab().inject(form.toFault(values));
    if (outcome.ok) update({ dialog: undefined });
    else setRefusal(outcome.message);
  };
  return (
    <Dialog title={form.title}>
      <form ref={box} className="fault-form" onSubmit={(event) => void submit(event)}>
        <p className="soft">{form.about}</p>
        {form.impossible ? (
          <p>{form.impossible}</p>
        ) : (
          form.fields.map((field) => (
            <Field
              key={field.name}
              field={field}
              value={values[field.name] ?? ''}
              onChange={(value) => {
                setRefusal('');
                setValues({ ...values, [field.name]: value });
              }}
            />
          ))
        )}
        <p role="alert" className="refusal">
          {refusal}
        </p>
        <div className="row end">
          <button type="button" className="button" onClick={() => update({ dialog: undefined })}>
            Leave it
          </button>
          {!form.impossible && (
            <button type="submit" className="button primary" disabled={wrong}>
              <Zap size={14} />
              Break it
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

interface FieldProps {
  readonly field: FaultField;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Field({ field, value, onChange }: FieldProps) {
  const id = useId();
  const complaint = complaintAbout(field, value);
  return (
    <div className="fault-field">
      <label htmlFor={id}>{field.label}</label>
      <Control id={id} field={field} value={value} onChange={onChange} />
      {field.unit && <span className="soft">{field.unit}</span>}
      {complaint && (
        <span className="complaint" id={`${id}-complaint`}>
          {complaint}
        </span>
      )}
    </div>
  );
}

function Control({ id, field, value, onChange }: FieldProps & { readonly id: string }) {
  const { options, free, unit } = field;
  const isWrong = complaintAbout(field, value) !== undefined;
  const described = isWrong ? { 'aria-describedby': `${id}-complaint` } : {};
  if (options && !free) {
    return (
      <select
        id={id}
        className="field"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label ?? option.value}
          </option>
        ))}
      </select>
    );
  }
  return (
    <>
      <input
        id={id}
        className={unit === undefined ? 'field mono' : 'field num'}
        value={value}
        type={unit === undefined ? 'text' : 'number'}
        min={unit === undefined ? undefined : 0}
        step="any"
        list={options ? `${id}-list` : undefined}
        aria-invalid={isWrong}
        {...described}
        onChange={(event) => onChange(event.target.value)}
      />
      {options && (
        <datalist id={`${id}-list`}>
          {options.map((option) => (
            <option key={option.value} value={option.value} />
          ))}
        </datalist>
      )}
    </>
  );
}
