export type FlagType =
  | 'bool'
  | 'string'
  | 'int'
  | 'int32'
  | 'int64'
  | 'duration'
  /** Comma-separated, may be given several times. */
  | 'stringSlice'
  /** May be given several times, commas are part of the value. */
  | 'stringArray';

/** A flag of a command. Models spf13/pflag. */
export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly type: FlagType;
  /** The value before anybody sets it; '' for texts, false, 0. */
  readonly default?: string;
  /** The value of a flag that is given without one (`--dry-run`). Bools: true. */
  readonly bare?: string;
  /** The command does not run without it. */
  readonly required?: boolean;
  /** What pflag says when the flag is used; see `Deprecated` in its usage texts. */
  readonly deprecated?: string;
  /** Its type is no text to pflag, so that the help shows the value without quotes. */
  readonly unquoted?: true;
  /** One line for the help. */
  readonly help?: string;
}

function make(type: FlagType) {
  return (name: string, short?: string, more: Partial<Flag> = {}): Flag => ({
    name,
    type,
    ...(short ? { short } : {}),
    ...more,
  });
}

export const bool = make('bool');
export const string = make('string');
export const int = make('int');
export const int32 = make('int32');
export const int64 = make('int64');
export const duration = make('duration');
export const stringSlice = make('stringSlice');
export const stringArray = make('stringArray');
