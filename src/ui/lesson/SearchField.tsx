import { Search } from 'lucide-react';

interface SearchFieldProps {
  readonly wanted: string;
  readonly onChange: (wanted: string) => void;
}

/** What narrows a list of lessons, questions and examples down. */
export function SearchField({ wanted, onChange }: SearchFieldProps) {
  return (
    <label className="search">
      <Search size={14} aria-hidden="true" />
      <input
        type="search"
        placeholder="Search"
        aria-label="Search lessons, questions and examples"
        value={wanted}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}
