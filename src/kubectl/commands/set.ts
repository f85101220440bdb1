import type { Command } from '../command';
import { setEnv } from '../set/env';
import { setImage } from '../set/image';
import { setResources } from '../set/resources';
import { setSelector } from '../set/selector';
import { setServiceAccount } from '../set/service-account';
import { setSubject } from '../set/subject';

export const set: Command = {
  name: 'set',
  summary: 'Set specific features on objects',
  description: `Configure application resources.

 These commands help you make changes to existing application resources.`,
  use: 'SUBCOMMAND',
  subcommands: [setEnv, setImage, setResources, setSelector, setServiceAccount, setSubject],
};
