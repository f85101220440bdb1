import { type KeyboardEvent, type ReactNode, useRef } from 'react';

export interface TabItem<Id extends string> {
  readonly id: Id;
  readonly label: ReactNode;
  readonly title?: string;
}

interface TabsProps<Id extends string> {
  readonly label: string;
  readonly items: readonly TabItem<Id>[];
  readonly active: Id;
  readonly onSelect: (id: Id) => void;
  /** Begins the ids of tabs and panels: `NAME-tab-ID`, `NAME-panel-ID`. */
  readonly name: string;
  readonly className?: string;
}

/** A row of tabs; arrow keys, Home and End move between them, as the ARIA pattern has it. */
export function Tabs<Id extends string>(props: TabsProps<Id>) {
  const { label, items, active, onSelect, name, className } = props;
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = items.findIndex((item) => item.id === active);
    const last = items.length - 1;
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const item = items[(next + items.length) % items.length];
    if (!item) return;
    onSelect(item.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(item.id)}"]`)?.focus();
  };
  return (
    <div role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown} className={className}>
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          role="tab"
          className="tab"
          data-tab={item.id}
          id={`${name}-tab-${item.id}`}
          aria-selected={item.id === active}
          aria-controls={item.id === active ? `${name}-panel-${item.id}` : undefined}
          tabIndex={item.id === active ? 0 : -1}
          title={item.title}
          onClick={() => onSelect(item.id)}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}

interface TabPanelProps {
  readonly name: string;
  readonly id: string;
  readonly children: ReactNode;
}

export function TabPanel({ name, id, children }: TabPanelProps) {
  return (
    <div
      className="pane-body"
      role="tabpanel"
      id={`${name}-panel-${id}`}
      aria-labelledby={`${name}-tab-${id}`}
    >
      {children}
    </div>
  );
}
