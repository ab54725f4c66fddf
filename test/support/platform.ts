/** Calls as if on another machine. */
export async function on<T>(
  platform: NodeJS.Platform,
  arch: NodeJS.Architecture,
  body: () => T | Promise<T>,
): Promise<T> {
  const before = Object.getOwnPropertyDescriptors(process);
  Object.defineProperty(process, 'platform', { ...before.platform, value: platform });
  Object.defineProperty(process, 'arch', { ...before.arch, value: arch });
  try {
    return await body();
  } finally {
    Object.defineProperty(process, 'platform', before.platform);
    Object.defineProperty(process, 'arch', before.arch);
  }
}
