import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compile, findCompiler, readList } from './compile';

const root = resolve(__dirname, '../..');

/** Below the root of the package. */
const output = {
  program: 'build/device-model/device_model',
  shim: 'build/device-model/trap_shim.so',
};

/** The program that is a device, and what programs preload to reach it. */
export const deviceModel = {
  program: join(root, output.program),
  shim: join(root, output.shim),
} as const;

/** Why there can be no device model here; undefined where there can. */
export function noDeviceModel(): string | undefined {
  const { platform, arch } = process;
  if (platform === 'linux' && arch === 'x64') return undefined;
  return `the device model needs Linux on x86-64, and this is ${platform}-${arch}`;
}

export const isDeviceModelBuilt = (): boolean =>
  existsSync(deviceModel.program) && existsSync(deviceModel.shim);

/** Compiles the device model with the C++ compiler of the machine. @throws Error without one */
export async function buildDeviceModel(): Promise<void> {
  const problem = noDeviceModel();
  if (problem !== undefined) throw new Error(problem);
  const compiler = findCompiler();
  if (!compiler) {
    throw new Error('no C++ compiler found. Install one that knows C++20, such as g++ or clang++');
  }
  const compileFlags = [...readList(root, 'compile_flags.txt'), '-Inative'];
  const linkFlags = ['-static-libstdc++', '-static-libgcc', '-pthread'];
  await compile(compiler, {
    root,
    sources: readList(root, 'device_model/sources.txt'),
    compileFlags,
    linkFlags,
    output: output.program,
  });
  const shimFlags = ['-fPIC', '-fvisibility=default', '-fno-exceptions', '-fno-rtti'];
  await compile(compiler, {
    root,
    sources: readList(root, 'trap_shim/sources.txt'),
    compileFlags: [...compileFlags, ...shimFlags],
    linkFlags: ['-shared', ...linkFlags, '-ldl'],
    output: output.shim,
  });
}
