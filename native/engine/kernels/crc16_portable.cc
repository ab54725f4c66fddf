#include <array>

#include "engine/kernels/crc16_internal.h"
#include "engine/kernels/crc16_polynomial.h"

namespace datamover::engine::crc16 {
namespace {

using Table = std::array<uint16_t, 256>;

// kTables[i][b]: the register after byte b and i zero bytes.
constexpr std::array<Table, 8> kTables = [] {
  std::array<Table, 8> tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t state = byte << 8;
    for (Table& table : tables) {
      for (int bit = 0; bit < 8; ++bit) state = state << 1 ^ (state & 0x8000 ? kPolynomial : 0);
      table[byte] = static_cast<uint16_t>(state);
    }
  }
  return tables;
}();

}  // namespace

uint16_t ExtendPortable(uint16_t state, const uint8_t* data, size_t bytes) {
  for (; bytes >= 8; bytes -= 8, data += 8) {
    state = kTables[7][data[0] ^ state >> 8] ^ kTables[6][data[1] ^ (state & 0xff)] ^
            kTables[5][data[2]] ^ kTables[4][data[3]] ^ kTables[3][data[4]] ^ kTables[2][data[5]] ^
            kTables[1][data[6]] ^ kTables[0][data[7]];
  }
  for (; bytes > 0; --bytes, ++data) {
    state = static_cast<uint16_t>(state << 8 ^ kTables[0][*data ^ state >> 8]);
  }
  return state;
}

}  // namespace datamover::engine::crc16
