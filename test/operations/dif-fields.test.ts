import { layoutOf, sourceWords, targetWords } from '../../lib/operations/dif-fields';

// The numbers are those of the specification.

const none = { flags: 0, reference: 0, application: 0 };

describe('the words for how fields are checked', () => {
  test.each([
    ['nothing said', {}, none],
    [
      'tags',
      { appTag: 0xabcd, refTag: 0xfedc_ba98 },
      { reference: 0xfedc_ba98, application: 0xabcd_0000 | 0 },
    ],
    ['a mask is complemented', { appMask: 0x0ff0 }, { application: 0xf00f }],
    ['no bit of the tag counts', { appTag: 1, appMask: 0 }, { application: 0x0001_ffff }],
    ['modes', { appMode: 'increment', refMode: 'fixed' }, { flags: 0x90 }],
    ['modes as they are without', { appMode: 'fixed', refMode: 'increment' }, { flags: 0 }],
    ['no checks', { checkGuard: false, checkRef: false }, { flags: 0x60 }],
    ['checks as they are without', { checkGuard: true, checkRef: true }, { flags: 0 }],
    ['escapes', { escape: ['app-ffff'] }, { flags: 0x04 }],
    ['several of them', { escape: ['app-ref-ffff', 'all-f', 'all-f'] }, { flags: 0x0a }],
    ['one that is a mismatch', { escape: ['all-f'], escapeIsError: true }, { flags: 0x03 }],
    ['one that is none', { escape: ['all-f'], escapeIsError: false }, { flags: 0x02 }],
    ['no escape that could be none', { escape: [], escapeIsError: false }, { flags: 0 }],
  ] as const)('%s', (_name, source, words) => {
    expect(sourceWords(source)).toEqual({ ...none, ...words });
  });

  test.each([
    ['a text', { escape: 'all-f' }, 'source.escape must be an array'],
    ['an unknown one', { escape: ['all'] }, 'source.escape must be'],
    ['none of them', { escape: [undefined] }, 'source.escape must be'],
    [
      'a mismatch of what is no escape',
      { escape: ['app-ffff'], escapeIsError: true },
      "needs 'all-f'",
    ],
    ['a name of the target', { passGuard: true }, 'passGuard'],
    ['a mask of 17 bits', { appMask: 0x1_0000 }, 'source.appMask must be'],
    ['a tag of 17 bits', { appTag: 0x1_0000 }, 'source.appTag must be'],
    ['a tag of 33 bits', { refTag: 2 ** 32 }, 'source.refTag must be'],
    ['a mode', { appMode: 'random' }, 'source.appMode must be'],
    ['another', { refMode: 'random' }, 'source.refMode must be'],
    ['no boolean', { checkGuard: 1 }, 'source.checkGuard must be'],
    ['none either', { checkRef: 0 }, 'source.checkRef must be'],
    ['nor this', { escapeIsError: 'yes' }, 'source.escapeIsError must be'],
  ])('refused: %s', (_name, source, text) => {
    expect(() => sourceWords(source as any)).toThrow(text);
  });

  test.each([null, undefined, 1, 'all'])('refused: %p', (source) => {
    expect(() => sourceWords(source as any)).toThrow('source must be');
    expect(() => targetWords(source as any, true)).toThrow('target must be');
  });
});

describe('the words for how fields are made', () => {
  test.each([
    ['nothing said', {}, none],
    [
      'tags',
      { appTag: 1, refTag: 2, refMode: 'fixed' },
      { flags: 0x80, reference: 2, application: 0x0001_0000 },
    ],
    ['passed', { passApp: true }, { flags: 0x08 }],
    ['all of them', { passGuard: true, passApp: true, passRef: true }, { flags: 0x68 }],
    ['none of them', { passGuard: false, passApp: false, passRef: false }, none],
  ] as const)('%s', (_name, target, words) => {
    expect(targetWords(target, true)).toEqual({ ...none, ...words });
  });

  test('there is nothing to pass where no field was', () => {
    expect(targetWords({ passRef: false, appTag: 3 }, false).application).toBe(0x0003_0000);
    for (const name of ['passGuard', 'passApp', 'passRef']) {
      expect(() => targetWords({ [name]: true }, false)).toThrow('no field in its source');
      expect(() => targetWords({ [name]: 1 } as any, true)).toThrow(`target.${name} must be`);
    }
    expect(() => targetWords({ checkGuard: true } as any, true)).toThrow('checkGuard');
  });
});

test.each([
  [{}, 512, 0],
  [{ block: 520 }, 520, 1],
  [{ block: 4096, invertSeed: true }, 4096, 0x06],
  [{ block: 4104, invertResult: true, invertSeed: false }, 4104, 0x0b],
] as const)('the layout %j', (layout, block, flags) => {
  expect(layoutOf(layout)).toEqual({ block, flags });
});

test.each([
  [{ block: 1024 }, 'block must be one of 512, 520, 4096, 4104; got number 1024'],
  [{ block: '512' }, 'block must be one of'],
  [{ invertSeed: 1 }, 'invertSeed must be'],
  [{ invertResult: null }, 'invertResult must be'],
])('no layout: %j', (layout, text) => {
  expect(() => layoutOf(layout as any)).toThrow(text);
});
