const units = ['bytes', 'KiB', 'MiB', 'GiB'];

export function formatBytes(bytes) {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}

/** Three digits that mean something: 0.12, 3.45, 67.8, 901. */
export const formatNumber = (value) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
