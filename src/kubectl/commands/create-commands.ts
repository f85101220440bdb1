import type { Command } from '../command';

/** `kubectl create KIND`: objects made from flags. */
export const CREATE_COMMANDS: readonly Command[] = [];
