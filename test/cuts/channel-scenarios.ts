import type { Scenario } from './scenarios';

const FAR = 200_000;

/** Operations without an object for each. */
export const channelScenarios: Record<string, Scenario> = {
  'channel, small': {
    begin: (ground) => {
      const { channel, begin } = ground.channel();
      const into = new Uint32Array(1);
      return () => {
        begin('in a channel');
        channel.nop();
        channel.submit();
        channel.completed(into);
        channel.completed(into);
      };
    },
  },
  'channel, large': {
    begin: (ground) => {
      const { channel, begin } = ground.channel();
      const { mover } = ground;
      const source = mover.register(Buffer.alloc(FAR, 3));
      const target = mover.register(Buffer.alloc(FAR));
      return () => {
        channel.copy(target, 0, source, 0, FAR);
        begin('behind it');
        channel.submit();
        channel.completed(new Uint32Array(4));
        channel.completed(new Uint32Array(4));
      };
    },
  },
  'channel, results': {
    begin: (ground) => {
      const { channel, begin } = ground.channel();
      const ticket = begin('to be read');
      channel.submit();
      return () => {
        const done = channel.status(ticket) !== 0;
        if (done) channel.result(ticket);
        void channel.wait().catch(() => undefined);
        channel.completed(new Uint32Array(4));
      };
    },
  },
  'channel, memory given away': {
    begin: (ground) => {
      const { channel, begin } = ground.channel();
      const { mover } = ground;
      const memory = new ArrayBuffer(64);
      begin('before');
      channel.fill(mover.register(memory), 0, 64, 0xee);
      begin('behind');
      ground.give(memory);
      return () => {
        channel.submit();
        channel.completed(new Uint32Array(4));
      };
    },
  },
  'channel, disposed of': {
    begin: (ground) => {
      const { channel, begin } = ground.channel();
      begin('begun');
      return () => channel[Symbol.dispose]();
    },
  },
};
