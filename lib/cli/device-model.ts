import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { prebuiltPath } from '../addon';
import { compile, findCompiler, readList } from './compile';

const root = resolve(__dirname, '../..');
const built = 'build/device-model';

/** The program that is a device, and what programs preload to reach it. */
export interface DeviceModel {
  readonly program: string;
  readonly shim: string;
}

/** Why there can be no device model here; undefined where there can. */
export function noDeviceModel(): string | undefined {
  const { platform, arch } = process;
  if (platform === 'linux' && arch === 'x64') return undefined;
  return `the device model needs Linux on x86-64, and this is ${platform}-${arch}`;
}

/** The device model, compiled here or prebuilt; undefined where it is neither. */
export function findDeviceModel(): DeviceModel | undefined {
  const directories = [join(root, built), join(root, dirname(prebuiltPath()))];
  return directories
    .map(modelIn)
    .find(({ program, shim }) => existsSync(program) && existsSync(shim));
}

/** Compiles the device model with the C++ compiler of the machine. @throws Error without one */
export async function buildDeviceModel(output = built): Promise<DeviceModel> {
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
    output: `${output}/device_model`,
  });
  await compile(compiler, {
    root,
    sources: readList(root, 'trap_shim/sources.txt'),
    compileFlags: [
      ...compileFlags,
      '-fPIC',
      '-fvisibility=default',
      '-fno-exceptions',
      '-fno-rtti',
    ],
    linkFlags: ['-shared', ...linkFlags, '-ldl'],
    output: `${output}/trap_shim.so`,
  });
  return modelIn(join(root, output));
}

function modelIn(directory: string): DeviceModel {
  return { program: join(directory, 'device_model'), shim: join(directory, 'trap_shim.so') };
}
