// What systems call differently: threads, sleeping, time, aligned memory, exported functions. Linux sleeps on futexes; with
// SF_NO_FUTEX it sleeps as other systems do, for tests. No more than the C library of a system is needed.
#pragma once
#include <atomic>
#include <cstdint>
#include <cstdlib>

#if defined(__linux__) && !defined(SF_NO_FUTEX)
#define SF_FUTEX 1
#else
#define SF_FUTEX 0
#endif

#if defined(_WIN32)
#if !defined(NOMINMAX)
#define NOMINMAX
#endif
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <malloc.h>
#else
#include <pthread.h>
#include <time.h>
#include <unistd.h>
#endif
#if defined(__linux__)
#include <sched.h>
#endif
#if SF_FUTEX
#include <linux/futex.h>
#include <sys/syscall.h>
#include <climits>
#endif

namespace scorefield {

// Of worker threads. The thread that calls is one of Java's, whose stacks are no larger; some systems give new threads less.
constexpr size_t STACK_BYTES = size_t{2} << 20;

#if defined(_WIN32)

class Bed {
 public:
  void sleep(const std::atomic<uint32_t>& value, uint32_t seen) {
    AcquireSRWLockExclusive(&lock_);
    if (value.load() == seen) {
      SleepConditionVariableSRW(&changed_, &lock_, INFINITE, 0);
    }
    ReleaseSRWLockExclusive(&lock_);
  }

  // The lock: so that who has seen the old value is asleep, and is woken.
  void wake(const std::atomic<uint32_t>&) {
    AcquireSRWLockExclusive(&lock_);
    ReleaseSRWLockExclusive(&lock_);
    WakeAllConditionVariable(&changed_);
  }

 private:
  SRWLOCK lock_ = SRWLOCK_INIT;
  CONDITION_VARIABLE changed_ = CONDITION_VARIABLE_INIT;
};

class Thread {
 public:
  using Body = void (*)(void*);

  bool start(Body body, void* argument) {
    Call* call = static_cast<Call*>(malloc(sizeof(Call)));
    if (call == nullptr) {
      return false;
    }
    *call = Call{body, argument};
    handle_ = CreateThread(nullptr, STACK_BYTES, run, call, STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
    if (handle_ == nullptr) {
      free(call);
    }
    return handle_ != nullptr;
  }

  void join() {
    WaitForSingleObject(handle_, INFINITE);
    CloseHandle(handle_);
  }

 private:
  struct Call {
    Body body;
    void* argument;
  };

  static DWORD WINAPI run(void* call) {
    Call mine = *static_cast<Call*>(call);
    free(call);
    mine.body(mine.argument);
    return 0;
  }

  HANDLE handle_;
};

inline int processors() {
  DWORD_PTR mine = 0;
  DWORD_PTR all = 0;
  return GetProcessAffinityMask(GetCurrentProcess(), &mine, &all) != 0 ? __builtin_popcountll(mine) : 1;
}

inline double seconds_now() {
  LARGE_INTEGER ticks;
  LARGE_INTEGER rate;
  QueryPerformanceCounter(&ticks);
  QueryPerformanceFrequency(&rate);
  return (double)ticks.QuadPart / (double)rate.QuadPart;
}

inline void* allocate_aligned(size_t bytes) { return _aligned_malloc(bytes, 64); }
inline void free_aligned(void* memory) { _aligned_free(memory); }

#else

#if SF_FUTEX
class Bed {
 public:
  void sleep(std::atomic<uint32_t>& value, uint32_t seen) {
    syscall(SYS_futex, &value, FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
  }
  void wake(std::atomic<uint32_t>& value) {
    syscall(SYS_futex, &value, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
  }
};
#else
class Bed {
 public:
  ~Bed() {
    pthread_cond_destroy(&changed_);
    pthread_mutex_destroy(&lock_);
  }

  void sleep(const std::atomic<uint32_t>& value, uint32_t seen) {
    pthread_mutex_lock(&lock_);
    if (value.load() == seen) {
      pthread_cond_wait(&changed_, &lock_);
    }
    pthread_mutex_unlock(&lock_);
  }

  // The lock: so that who has seen the old value is asleep, and is woken.
  void wake(const std::atomic<uint32_t>&) {
    pthread_mutex_lock(&lock_);
    pthread_mutex_unlock(&lock_);
    pthread_cond_broadcast(&changed_);
  }

 private:
  pthread_mutex_t lock_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t changed_ = PTHREAD_COND_INITIALIZER;
};
#endif

class Thread {
 public:
  using Body = void (*)(void*);

  bool start(Body body, void* argument) {
    Call* call = static_cast<Call*>(malloc(sizeof(Call)));
    if (call == nullptr) {
      return false;
    }
    *call = Call{body, argument};
    pthread_attr_t attributes;
    bool started = pthread_attr_init(&attributes) == 0;
    if (started) {
      started = pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0 &&
                pthread_create(&handle_, &attributes, run, call) == 0;
      pthread_attr_destroy(&attributes);
    }
    if (!started) {
      free(call);
    }
    return started;
  }

  void join() { pthread_join(handle_, nullptr); }

 private:
  struct Call {
    Body body;
    void* argument;
  };

  static void* run(void* call) {
    Call mine = *static_cast<Call*>(call);
    free(call);
    mine.body(mine.argument);
    return nullptr;
  }

  pthread_t handle_;
};

// That this process may use.
inline int processors() {
#if defined(__linux__)
  cpu_set_t allowed;
  return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
#else
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (int)count : 1;
#endif
}

inline double seconds_now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

inline void* allocate_aligned(size_t bytes) {
  void* memory = nullptr;
  return posix_memalign(&memory, 64, bytes) == 0 ? memory : nullptr;
}
inline void free_aligned(void* memory) { free(memory); }

#endif

}  // namespace scorefield
