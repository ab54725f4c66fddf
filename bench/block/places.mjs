// Where the files lie that are measured on.
import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const places = [
  { name: 'tmpfs', about: 'on tmpfs (/dev/shm): memory, no disk', root: '/dev/shm' },
  {
    name: 'disk',
    about: 'on an ordinary file system',
    root: fileURLToPath(new URL('../../.cache', import.meta.url)),
  },
];

export function isThere({ root }) {
  try {
    accessSync(root, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
