export function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** Characters that end a word: & ( ) ; < > |. */
export function isOperator(code: number): boolean {
  return (
    code === 38 ||
    code === 40 ||
    code === 41 ||
    code === 59 ||
    code === 60 ||
    code === 62 ||
    code === 124
  );
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

export function isNameCharacter(code: number): boolean {
  return isNameStart(code) || isDigit(code);
}

/** Names of special parameters: ! # $ * - 0-9 ? @. */
export function isSpecial(code: number): boolean {
  return (
    isDigit(code) ||
    code === 33 ||
    code === 35 ||
    code === 36 ||
    code === 42 ||
    code === 45 ||
    code === 63 ||
    code === 64
  );
}
