import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { update } from '../store/store';

interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** For what needs room. */
  readonly wide?: boolean;
}

/** A modal dialog; the native element brings focus handling, Escape and an inert page behind. */
export function Dialog({ title, children, wide }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const close = () => update({ dialog: undefined });
  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={id}
      onClose={close}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={close}>
          <X size={16} />
        </button>
      </header>
      <div className="content">{children}</div>
    </dialog>
  );
}
