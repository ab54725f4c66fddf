// npm start [-- FILE] [--total MiB]: datamover at work on a file, beside a live event loop.
import process from 'node:process';
import { mover } from 'datamover';
import { demo } from './demo.mjs';

// Whoever reads the output may leave early, as `head` does.
process.stdout.on('error', () => process.exit(1));

process.exitCode = await demo(process.argv.slice(2), mover);
