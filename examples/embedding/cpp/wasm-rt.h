// The runtime that wasm2c's C asks for, as far as this module does: one memory, no tables, no exceptions.
// Where WABT is installed, its own wasm-rt.h and wasm-rt-impl.c do the same.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define wasm_rt_memcpy memcpy

// a pointer or size that leads out of the memory ends the program
typedef enum {
  WASM_RT_TRAP_OOB,
  WASM_RT_TRAP_INT_OVERFLOW,
  WASM_RT_TRAP_DIV_BY_ZERO,
  WASM_RT_TRAP_INVALID_CONVERSION,
  WASM_RT_TRAP_UNREACHABLE
} wasm_rt_trap_t;
static inline void wasm_rt_trap(wasm_rt_trap_t trap) { abort(); }
static inline bool wasm_rt_is_initialized(void) { return true; }

typedef struct {
  uint8_t *data;
  uint64_t pages, max_pages, page_size, size; // size: bytes
} wasm_rt_memory_t;

// the C names these and, without tables, never uses them
typedef enum { WASM_RT_I32, WASM_RT_I64, WASM_RT_F32, WASM_RT_F64, WASM_RT_V128 } wasm_rt_type_t;
typedef const char *wasm_rt_func_type_t;
typedef void *wasm_rt_function_ptr_t, *wasm_rt_externref_t, *wasm_rt_tailcallee_t;
typedef struct {
  wasm_rt_func_type_t func_type;
  wasm_rt_function_ptr_t func;
  wasm_rt_tailcallee_t func_tailcallee;
  void *module_instance;
} wasm_rt_funcref_t;
typedef struct { wasm_rt_funcref_t *data; uint32_t max_size, size; } wasm_rt_funcref_table_t;
typedef struct { wasm_rt_externref_t *data; uint32_t max_size, size; } wasm_rt_externref_table_t;
static const wasm_rt_funcref_t wasm_rt_funcref_null_value = {};
static const wasm_rt_externref_t wasm_rt_externref_null_value = NULL;
