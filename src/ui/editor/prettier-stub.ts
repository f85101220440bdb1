/**
 * Stands in for prettier inside monaco-yaml's worker (see vite.config.ts): formatting is not offered there,
 * and prettier is larger than all the rest of that worker.
 */
export const format = async (text: string): Promise<string> => text;
export const parsers = {};
export const printers = {};
export const options = {};
export const languages = [];
export default {};
