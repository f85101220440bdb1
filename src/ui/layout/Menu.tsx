import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';

interface MenuProps {
  /** The opening button's accessible name. */
  readonly label: string;
  readonly button: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
  readonly disabled?: boolean;
}

const ITEMS = 'button:not(:disabled)';

/**
 * A button with a menu. The menu is a native popover: light dismissal, Escape and the top layer come with
 * it. Arrow keys walk through its items; choosing one closes it.
 */
export function Menu({ label, button, className = 'icon-button', children, disabled }: MenuProps) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);

  const place = () => {
    const from = opener.current?.getBoundingClientRect();
    const box = menu.current;
    if (!from || !box) return;
    const { width, height } = box.getBoundingClientRect();
    const left = Math.max(8, Math.min(from.left, window.innerWidth - width - 8));
    const below = from.bottom + 6;
    const isBelow = below + height < window.innerHeight - 8;
    box.style.left = `${left}px`;
    box.style.top = `${isBelow ? below : Math.max(8, from.top - height - 6)}px`;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? items.length - 1 : at - 1,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    items[(next + items.length) % items.length]?.focus();
  };
  return (
    <>
      <button
        type="button"
        ref={opener}
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        popoverTarget={id}
        disabled={disabled}
      >
        {button}
      </button>
      <div
        id={id}
        ref={menu}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        className="menu"
        onKeyDown={onKeyDown}
        // What nobody sees need not be kept up to date; it has to be there before its place is measured.
        onBeforeToggle={(event) => {
          if (event.newState === 'open') flushSync(() => setOpen(true));
        }}
        onToggle={(event) => {
          if (event.newState !== 'open') {
            setOpen(false);
            return;
          }
          place();
          menu.current?.querySelector<HTMLElement>(ITEMS)?.focus();
        }}
        onClick={(event) => {
          if ((event.target as Element).closest('button')) menu.current?.hidePopover();
        }}
      >
        {isOpen && children}
      </div>
    </>
  );
}

interface MenuItemProps {
  readonly children: ReactNode;
  readonly onSelect: () => void;
  readonly icon?: ReactNode;
  readonly hint?: ReactNode;
  readonly checked?: boolean;
  readonly danger?: boolean;
  readonly disabled?: boolean;
}

export function MenuItem(props: MenuItemProps) {
  const { children, onSelect, icon, hint, checked, danger, disabled } = props;
  const isChoice = checked !== undefined;
  return (
    <button
      type="button"
      role={isChoice ? 'menuitemradio' : 'menuitem'}
      {...(isChoice ? { 'aria-checked': checked } : {})}
      className={danger ? 'danger' : undefined}
      onClick={onSelect}
      disabled={disabled}
      tabIndex={-1}
    >
      {isChoice && <span className="check">{checked ? '✓' : ''}</span>}
      {icon}
      <span className="grow">
        {children}
        {hint && <span className="hint">{hint}</span>}
      </span>
    </button>
  );
}
