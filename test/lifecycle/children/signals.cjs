// Says when a long operation is under way. With an argument it handles that signal, and ends well.
const { threadsMover } = require('datamover');

const target = new Uint8Array(256 << 20);
const mover = threadsMover({ threads: 1 });

async function work() {
  for (;;) {
    const fill = mover.fill(target, 1);
    await null;
    fill.poll();
    process.stdout.write('busy\n');
    await fill;
  }
}

const [, , signal] = process.argv;
if (signal !== undefined) {
  process.once(signal, () => {
    process.stdout.write(`handled ${signal}\n`);
    process.exit(0);
  });
}
work();
