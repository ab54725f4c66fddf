import { spawnSync } from 'node:child_process';
import process from 'node:process';

// Building for arm64 by Debian's cross compiler, and running by qemu (packages g++-aarch64-linux-gnu,
// qemu-user).

const crossCompiler = 'aarch64-linux-gnu-g++';
export const emulator = 'qemu-aarch64';

/** For CMake. */
export const crossOptions = [
  '-DCMAKE_SYSTEM_NAME=Linux',
  '-DCMAKE_SYSTEM_PROCESSOR=aarch64',
  `-DCMAKE_CXX_COMPILER=${crossCompiler}`,
];

export const exists = (program) => spawnSync(program, ['--version']).status === 0;

/** Ends this process, which is no failure, where the programs are missing. */
export function requireTools(what) {
  const lacking = ['cmake', crossCompiler, emulator].filter((program) => !exists(program));
  if (lacking.length === 0) return;
  console.log(`${what} skipped: ${lacking.join(', ')} missing`);
  console.log('sh scripts/install-arm64-tools.sh installs them');
  process.exit(0);
}
