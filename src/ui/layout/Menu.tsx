import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';

interface MenuProps {
  /** The opening button's accessible name. */
  readonly label: string;
  readonly button: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
  readonly disabled?: boolean;
  /** What stands above the items, such as a field to search them by; it gets the focus. */
  readonly above?: ReactNode;
  readonly onClose?: () => void;
}

const ITEMS = 'button:not(:disabled)';
const FIELD = 'input';

/**
 * A button with a menu. The menu is a native popover: light dismissal, Escape and the top layer come with
 * it. Arrow keys walk through its items; choosing one closes it.
 */
export function Menu(props: MenuProps) {
  const { label, button, className = 'icon-button', children, disabled, above, onClose } = props;
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
    if (event.target instanceof HTMLInputElement) {
      // In the field these two move the cursor, and Enter takes what was found first.
      if (event.key === 'Home' || event.key === 'End') return;
      if (event.key === 'Enter') items[0]?.click();
    }
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
        aria-haspopup={above ? 'dialog' : 'menu'}
        popoverTarget={id}
        disabled={disabled}
      >
        {button}
      </button>
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles have a name. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: both roles take keys. */}
      <div
        id={id}
        ref={menu}
        popover="auto"
        role={above ? 'dialog' : 'menu'}
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
            onClose?.();
            return;
          }
          place();
          const first = menu.current?.querySelector<HTMLElement>(FIELD);
          (first ?? menu.current?.querySelector<HTMLElement>(ITEMS))?.focus();
        }}
        onClick={(event) => {
          const item = (event.target as Element).closest('button');
          if (item && !item.hasAttribute('data-stays')) menu.current?.hidePopover();
        }}
      >
        {isOpen && above}
        {isOpen &&
          (above ? (
            <div role="menu" aria-label={label}>
              {children}
            </div>
          ) : (
            children
          ))}
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
  /** Choosing it leaves the menu open. */
  readonly stays?: boolean;
}

export function MenuItem(props: MenuItemProps) {
  const { children, onSelect, icon, hint, checked, danger, disabled, stays } = props;
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
      data-stays={stays}
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

/** What a part of a menu is about. Not a heading: a menu has nothing but items. */
export function MenuTitle({ children }: { readonly children: ReactNode }) {
  return (
    <div role="presentation" className="menu-title">
      {children}
    </div>
  );
}
