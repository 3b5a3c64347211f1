// The kernels in a C++ program, as C made of the .wasm by wasm2c. Prints what ../index.mjs prints.
#include "softcell.h"

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

constexpr uint32_t PAGE = 65536;
constexpr uint32_t HEAP_BASE = 4096; // below lie the constants of the module
constexpr uint32_t ROW_SCRATCH = 48 + 2 * 8192; // bytes

// what the module imports: `env`, which has a memory
struct w2c_env {
  wasm_rt_memory_t memory;
};
wasm_rt_memory_t *w2c_env_memory(w2c_env *env) { return &env->memory; }

std::vector<uint8_t> bytes(4 * PAGE);
w2c_env env = {};
w2c_softcell kernels;

/** A pointer to so many bytes, zeros. Nothing is freed: the arrays of a model live as long as it does. */
uint32_t allocate(uint32_t size) {
  static uint32_t free = HEAP_BASE;
  const uint32_t at = free;
  free += (size + 63) / 64 * 64;
  if (free > bytes.size()) std::abort();
  return at;
}

/** The i-th of the numbers that index.mjs has: exact in float32 and the same in every language. */
float number(uint32_t i, uint32_t seed) { return static_cast<float>((i + seed) * 37 % 101) / 64 - 0.78125f; }

void put(uint32_t at, uint32_t n, uint32_t seed) {
  for (uint32_t i = 0; i < n; i++) {
    const float v = number(i, seed);
    std::memcpy(&bytes[at + 4 * i], &v, 4);
  }
}

uint32_t numbers(uint32_t n, uint32_t seed) {
  const uint32_t at = allocate(4 * n);
  put(at, n, seed);
  return at;
}

void print(uint32_t at, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    uint32_t bits;
    std::memcpy(&bits, &bytes[at + 4 * i], 4);
    std::printf(" %08x", bits);
  }
  std::printf("\n");
}

int main() {
  env.memory.data = bytes.data();
  env.memory.pages = env.memory.max_pages = bytes.size() / PAGE;
  env.memory.size = bytes.size();
  wasm2c_softcell_instantiate(&kernels, &env);

  // softmax of 2 rows of 5
  const uint32_t rows = 2, cols = 5;
  const uint32_t rowScratch = allocate(ROW_SCRATCH);
  const uint32_t x = numbers(rows * cols, 0);
  w2c_softcell_softmax(&kernels, x, x, rows, cols, cols, cols, 1, rowScratch); // in place, temperature 1
  std::printf("softmax");
  print(x, rows * cols);

  // a stream of an LSTM with 48 inputs and 32 units
  const uint32_t I = 48, H = 32, B = 1, T = 3, Hp = (H + 3) / 4 * 4;
  const uint32_t wih = numbers(4 * H * I, 1), whh = numbers(4 * H * H, 2);
  const uint32_t bih = numbers(4 * H, 3), bhh = numbers(4 * H, 4);
  const uint32_t w = allocate(4 * 4 * Hp * (I + H)), bias = allocate(4 * 4 * Hp);
  w2c_softcell_lstmPack(&kernels, w, bias, wih, whh, bih, bhh, I, H, H);

  const uint32_t y = allocate(4 * B * H);
  const uint32_t frame = allocate(4 * B * I), h = allocate(4 * B * Hp); // the state, which stays there
  const uint32_t c = allocate(4 * B * Hp), gates = allocate(4 * B * 4 * Hp), tanhC = allocate(4 * B * Hp);
  const uint32_t scratch = allocate(128);
  for (uint32_t t = 0; t < T; t++) {
    put(frame, B * I, 5 + t);
    // no options, no lengths; one step, whose rows of y lie one after the other; nothing is kept for training
    w2c_softcell_lstmForward(&kernels, y, h, c, gates, tanhC, frame, w, bias, 0, 0, 1, B, I, H, 0, H, B, 0, scratch);
    std::printf("step %u", t);
    print(y, B * H);
  }
}
