import { basename } from 'node:path';

/** What a run was made on and how, as pairs of texts. */
export function machineRows({ machine, started, seconds, arguments: given }) {
  const versions = Object.entries(machine.peers).map(([name, version]) => {
    return `${name} ${version ?? '(missing)'}`;
  });
  const kernels = Object.entries(machine.kernels).map(([name, chosen]) => `${name}: ${chosen}`);
  return [
    ['CPU', `${machine.cpu}, ${machine.cores} cores, ${machine.architecture}`],
    ['memory', `${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ['system', machine.system],
    ['Node.js', machine.node],
    ['datamover', `${machine.datamover} (kernels: ${kernels.join(', ')})`],
    ['peers', versions.join(', ')],
    ['load average at the start', machine.loadAverage.toFixed(2)],
    // Where files went concerns nobody else.
    ['command', ['npm run bench --', ...given.map((word) => basename(word))].join(' ')],
    ['run', `${started}, ${seconds} s`],
  ];
}
