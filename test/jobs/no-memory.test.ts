import { open } from '../../lib';
import { addon } from '../../lib/addon';

test('a system without memory for the jobs of a mover', async () => {
  const refusal = jest.spyOn(addon(), 'createTable').mockReturnValueOnce(undefined);
  try {
    await expect(open({ path: 'software', depth: 128 })).rejects.toMatchObject({
      code: 'ERR_MOVER_OUT_OF_SLOTS',
      message: expect.stringMatching(/^no memory for \d+ operations under way/) as unknown,
    });
  } finally {
    refusal.mockRestore();
  }
});
