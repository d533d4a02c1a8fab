// Worker threads that live as long as an engine, and the barrier that training steps meet at.
#pragma once
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include "system.h"

namespace scorefield {

// new and delete without libstdc++, so that the library needs nothing but glibc. Null when memory is out.
template <class T>
T* create_object() {
  void* memory = calloc(1, sizeof(T));
  return memory == nullptr ? nullptr : ::new (memory) T();
}

template <class T>
void destroy_object(T* object) {
  if (object != nullptr) {
    object->~T();
    free(object);
  }
}

inline void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// A counter to wait on: first spinning, for meetings that are microseconds away, then asleep.
class Event {
 public:
  uint32_t value() const { return value_.load(); }

  void advance() {
    value_.fetch_add(1);
    if (sleepers_.load() > 0) {
      bed_.wake(value_);
    }
  }

  // Returns when the value is no longer `seen`.
  void wait(uint32_t seen, int spins) {
    for (int i = 0; i < spins; i++) {
      if (value_.load(std::memory_order_acquire) != seen) {
        return;
      }
      relax();
    }
    sleepers_.fetch_add(1);
    while (value_.load() == seen) {
      bed_.sleep(value_, seen);
    }
    sleepers_.fetch_sub(1);
  }

 private:
  std::atomic<uint32_t> value_{0};
  std::atomic<int32_t> sleepers_{0};
  Bed bed_;
};

class Barrier {
 public:
  void set_up(int threads, int spins) {
    threads_ = threads;
    spins_ = spins;
  }

  void meet() {
    if (threads_ == 1) {
      return;
    }
    uint32_t now = generation_.value();
    if (arrived_.fetch_add(1) + 1 == threads_) {
      arrived_.store(0);
      generation_.advance();
    } else {
      generation_.wait(now, spins_);
    }
  }

 private:
  int threads_ = 1;
  int spins_ = 0;
  std::atomic<int> arrived_{0};
  Event generation_;
};

// Runs a job on every thread at once; the caller is thread 0.
class Pool {
 public:
  using Job = void (*)(void* context, int thread);

  // Null when the system gives no more threads.
  static Pool* create(int threads) {
    Pool* pool = create_object<Pool>();
    if (pool == nullptr) {
      return nullptr;
    }
    pool->handles_ = static_cast<Thread*>(malloc(sizeof(Thread) * (size_t)threads));
    pool->starts_ = static_cast<Start*>(malloc(sizeof(Start) * (size_t)threads));
    // Threads that outnumber the processors must not spin: they would wait for each other's time slices.
    pool->spins_ = threads <= processors() ? 4000 : 0;
    pool->threads_ = 1;
    if (pool->handles_ == nullptr || pool->starts_ == nullptr) {
      destroy_object(pool);
      return nullptr;
    }
    for (int thread = 1; thread < threads; thread++) {
      pool->starts_[thread] = Start{pool, thread};
      if (!pool->handles_[thread].start(serve, &pool->starts_[thread])) {
        destroy_object(pool);
        return nullptr;
      }
      pool->threads_ = thread + 1;
    }
    pool->barrier_.set_up(threads, pool->spins_);
    return pool;
  }

  ~Pool() {
    job_ = nullptr;
    epoch_.advance();
    for (int thread = 1; thread < threads_; thread++) {
      handles_[thread].join();
    }
    free(handles_);
    free(starts_);
  }

  int threads() const { return threads_; }
  Barrier& barrier() { return barrier_; }

  void run(Job job, void* context) {
    job_ = job;
    context_ = context;
    remaining_.store(threads_ - 1);
    uint32_t finished = finished_.value();
    epoch_.advance();
    job(context, 0);
    if (threads_ > 1) {
      finished_.wait(finished, spins_);
    }
  }

 private:
  struct Start {
    Pool* pool;
    int thread;
  };

  static void serve(void* argument) {
    Start start = *static_cast<Start*>(argument);
    Pool& pool = *start.pool;
    // The pool starts at epoch 0 and runs nothing before all threads exist.
    for (uint32_t epoch = 0;; epoch++) {
      pool.epoch_.wait(epoch, pool.spins_);
      if (pool.job_ == nullptr) {
        return;
      }
      pool.job_(pool.context_, start.thread);
      if (pool.remaining_.fetch_sub(1) == 1) {
        pool.finished_.advance();
      }
    }
  }

  Thread* handles_ = nullptr;
  Start* starts_ = nullptr;
  int threads_ = 1;
  int spins_ = 0;
  Barrier barrier_;
  Event epoch_;
  Event finished_;
  Job job_ = nullptr;
  void* context_ = nullptr;
  std::atomic<int> remaining_{0};
};

}  // namespace scorefield
