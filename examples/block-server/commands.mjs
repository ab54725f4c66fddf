// What the commands of the protocol do to a disk.
import { Command, CommandFlag, Failure, MAX_DATA } from './protocol.mjs';

/** Every write is durable when it completes, whether that is asked for or not. */
const KNOWN_FLAGS = CommandFlag.ForceUnitAccess;

const changes = { beyond: Failure.NoSpace, changes: true };

const commands = {
  [Command.Read]: {
    beyond: Failure.Invalid,
    run: (disk, { offset, data }) => disk.read(offset, data),
  },
  [Command.Write]: { ...changes, run: (disk, { offset, data }) => disk.write(offset, data) },
  // What is to be flushed has been replied to, and is durable.
  [Command.Flush]: { ranges: false, run: () => undefined },
  [Command.Trim]: { ...changes, run: (disk, { offset, length }) => disk.discard(offset, length) },
  // There are no holes: every block has its place whatever it holds.
  [Command.WriteZeroes]: {
    ...changes,
    flags: CommandFlag.NoHole,
    run: (disk, { offset, length }) => disk.zero(offset, length),
  },
};

/** Of a change: a page of the file that cannot be had is one for which there is no room. */
const failures = {
  ERR_BTT_READ_ONLY: Failure.NotPermitted,
  ERR_MOVER_PAGE_FAULT: Failure.NoSpace,
};

/** Bytes that are received with a request, or sent with its reply. */
export const dataBytes = ({ command, length }) =>
  command === Command.Write || command === Command.Read ? length : 0;

/** Why a request is refused; 0: it is not. */
function refusal(disk, { command, flags, offset, length }) {
  const known = commands[command];
  if (known === undefined || (flags & ~(KNOWN_FLAGS | (known.flags ?? 0))) !== 0) {
    return Failure.Invalid;
  }
  if (known.ranges === false) return 0;
  if (command === Command.Read && length > MAX_DATA) return Failure.Invalid;
  if (offset + length > disk.size) return known.beyond;
  return known.changes && disk.readOnly ? Failure.NotPermitted : 0;
}

/**
 * Resolves to the error of the reply, 0 for success; never rejects.
 *
 * @param request - with `data`: what was received, or where what is read goes
 */
export async function perform(disk, request) {
  const refused = refusal(disk, request);
  if (refused !== 0) return refused;
  const { run, changes } = commands[request.command];
  try {
    await run(disk, request);
    return 0;
  } catch (error) {
    return (changes && failures[error.code]) || Failure.InputOutput;
  }
}
