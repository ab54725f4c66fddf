#include <array>

#include "engine/kernels/crc32c_internal.h"
#include "engine/kernels/crc32c_polynomial.h"

namespace datamover::engine::crc32c {
namespace {

using Table = std::array<uint32_t, 256>;

// kTables[i][b]: the register after byte b and i zero bytes.
constexpr std::array<Table, 8> kTables = [] {
  std::array<Table, 8> tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t state = byte;
    for (Table& table : tables) {
      for (int bit = 0; bit < 8; ++bit) state = TimesX(state);
      table[byte] = state;
    }
  }
  return tables;
}();

}  // namespace

uint32_t ExtendPortable(uint32_t state, const uint8_t* data, size_t bytes) {
  for (; bytes >= 8; bytes -= 8, data += 8) {
    state = kTables[7][data[0] ^ (state & 0xff)] ^ kTables[6][data[1] ^ (state >> 8 & 0xff)] ^
            kTables[5][data[2] ^ (state >> 16 & 0xff)] ^ kTables[4][data[3] ^ (state >> 24)] ^
            kTables[3][data[4]] ^ kTables[2][data[5]] ^ kTables[1][data[6]] ^ kTables[0][data[7]];
  }
  for (; bytes > 0; --bytes, ++data) state = state >> 8 ^ kTables[0][*data ^ (state & 0xff)];
  return state;
}

}  // namespace datamover::engine::crc32c
