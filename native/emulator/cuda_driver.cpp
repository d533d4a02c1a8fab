// A stand-in for libcuda.so.1, for tests: the calls that the CUDA engine makes, on host memory, with kernels that
// were compiled by g++ (cuda_on_cpu.h). It is stricter than a driver: memory starts poisoned, copies and launches are
// checked, whatever is still open is counted, and any call can be made to fail.
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#define API extern "C" __attribute__((visibility("default")))

namespace {

using Pointer = void*;
using Address = unsigned long long;

enum Result {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NOT_INITIALIZED = 3,
  NO_DEVICE = 100,
  INVALID_DEVICE = 101,
  INVALID_IMAGE = 200,
  INVALID_CONTEXT = 201,
  NO_BINARY = 209,
  INVALID_PTX = 218,
  UNSUPPORTED_PTX_VERSION = 222,
  INVALID_HANDLE = 400,
  NOT_FOUND = 500,
  LAUNCH_OUT_OF_RESOURCES = 701,
  COOPERATIVE_LAUNCH_TOO_LARGE = 720,
  NOT_PERMITTED_IN_CAPTURE = 900,
  INVALID_CLUSTER_SIZE = 912
};

// What a device is. Of compute capability 9.0 it counts the blocks that a multiprocessor has room for; the small machines
// of most tests run two, whatever they ask for.
struct Machine {
  int devices = 1;
  size_t memory = (size_t)4 << 30;
  int major = 8, minor = 0;
  int driver = 12060;
  int multiprocessors = 2;
  int shared_limit = 166912;  // of a block, opted in
  int clock = 1000000;        // in kHz
};

// Shared memory that every block has beside what it asks for; a multiprocessor has the largest block's and that.
const int SHARED_RESERVED = 1024;
const int REGISTERS = 65536;

struct Kernel {
  std::string name;
  int most_threads = 0, least_blocks = 1;  // as in __launch_bounds__; 0: it has none
  int registers = 0;                       // of a thread, where a cubin tells
  void (*launch)(const unsigned*, size_t, int, void**);
  size_t (*argument)(int);
  int cluster = 1;     // blocks that run beside each other
  bool large_clusters = false;
  int shared = 49152;  // that a launch may ask for
};
struct Module {
  std::string code;     // PTX, or a cubin
  std::string defines;  // what stands before and after the name of a kernel in it
  std::string end;
  std::map<std::string, Kernel> kernels;
};
struct Graph {
  std::vector<std::function<void()>> nodes;
};
struct Stream {
  Graph* capturing = nullptr;
};
struct Event {
  double time = 0;
};
struct Allocation {
  size_t bytes;
  int device;
};

std::recursive_mutex lock;
Machine machine;
bool initialised;
void* kernels;
std::map<Address, Allocation> allocations;
std::map<int, size_t> used;
std::set<Pointer> pinned, handles;
int retained[16];
int contexts[16];  // a context is the address of its device's element
thread_local Pointer current;
std::map<std::string, long> calls;
std::set<std::string> launched;  // kernels
std::string failing;
long failing_call;
int failing_code;
bool sticky, broken;  // as after a kernel's fault: once a call failed, all the others do too

using Guard = std::lock_guard<std::recursive_mutex>;

// Counts a call; the result to return when it is to fail.
int begin_call(const char* name, bool needs_context = true) {
  Guard guard(lock);
  long number = ++calls[name];
  if (broken || (failing == name && (failing_call == 0 || number == failing_call))) {
    broken = sticky;
    return failing_code;
  }
  if (!initialised && strcmp(name, "cuInit") != 0) {
    return NOT_INITIALIZED;
  }
  return needs_context && current == nullptr ? INVALID_CONTEXT : SUCCESS;
}
#define BEGIN_CALL(name, ...)                          \
  Guard guard(lock);                                   \
  if (int failed = begin_call(name, ##__VA_ARGS__)) {  \
    return failed;                                     \
  }

int current_device() { return (int)((int*)current - contexts); }

bool inside(Address at, size_t bytes) {
  auto next = allocations.upper_bound(at);
  if (next == allocations.begin()) {
    return false;
  }
  auto found = std::prev(next);
  return at + bytes <= found->first + found->second.bytes && found->second.device == current_device();
}

template <class T>
int open(Pointer* handle) {
  *handle = new T();
  handles.insert(*handle);
  return SUCCESS;
}
template <class T>
int shut(Pointer handle) {
  if (handles.erase(handle) == 0) {
    return INVALID_HANDLE;
  }
  delete (T*)handle;
  return SUCCESS;
}

// Runs an action now, or keeps it where the stream is being captured.
int submit(Pointer stream, std::function<void()> action) {
  if (stream != nullptr && handles.count(stream) == 0) {
    return INVALID_HANDLE;
  }
  Stream* target = (Stream*)stream;
  if (target != nullptr && target->capturing != nullptr) {
    target->capturing->nodes.push_back(std::move(action));
  } else {
    action();
  }
  return SUCCESS;
}

// Blocks of a kernel that a multiprocessor has room for. The registers of a thread are taken to be as many as the
// compiler may use, where only PTX is there.
int occupancy(const Kernel& kernel, int threads, int shared) {
  if (machine.major < 9) {
    return 2;
  }
  int most = kernel.most_threads > 0 ? kernel.most_threads : threads;
  int registers = kernel.registers > 0 ? (kernel.registers + 7) / 8 * 8
                                       : std::min(255, REGISTERS / (most * kernel.least_blocks)) / 8 * 8;
  int by_registers = REGISTERS / (registers * ((threads + 31) / 32 * 32));
  int by_shared = (machine.shared_limit + SHARED_RESERVED) / (shared + SHARED_RESERVED);
  return std::min({32, 2048 / threads, by_registers, by_shared});
}

// The machines that have names: "h200", "turing", "ampere".
bool machine_of(const std::string& name) {
  if (name == "h200") {
    machine = {1, (size_t)141 << 30, 9, 0, 13000, 132, 232448, 1980000};
  } else if (name == "turing") {
    machine = {1, (size_t)8 << 30, 7, 5, 12060, 2, 65536, 1500000};
  } else if (name == "ampere") {
    machine = {};
  } else {
    return false;
  }
  return true;
}

int ptx_number(const std::string& ptx, const char* directive) {
  size_t at = ptx.find(directive);
  if (at == std::string::npos) {
    return -1;
  }
  std::string digits;
  for (char c : ptx.substr(at + strlen(directive), 8)) {
    if (isdigit(c)) {
      digits += c;
    } else if (!digits.empty() && c != '.') {
      break;
    }
  }
  return atoi(digits.c_str());
}

}  // namespace

// ---- for tests

// Loads the library of kernels; 0: done.
API int cuda_cpu_kernels(const char* library) {
  Guard guard(lock);
  kernels = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  return kernels == nullptr;
}
API void cuda_cpu_machine(int devices, long memory, int capability, int driver, int multiprocessors, int shared) {
  Guard guard(lock);
  machine = {};
  machine.devices = devices;
  machine.memory = (size_t)memory;
  machine.major = capability / 10;
  machine.minor = capability % 10;
  machine.driver = driver;
  machine.multiprocessors = multiprocessors;
  machine.shared_limit = shared;
}
// One of the machines that have names; 0: done.
API int cuda_cpu_machine_named(const char* name) {
  Guard guard(lock);
  return !machine_of(name);
}
API void cuda_cpu_clock(int kilohertz) {
  Guard guard(lock);
  machine.clock = kilohertz;
}
// The names of the kernels launched since the last call, with spaces between them; how many characters that are.
API long cuda_cpu_launched(char* names, long room) {
  Guard guard(lock);
  std::string all;
  for (auto& name : launched) {
    all += all.empty() ? name : " " + name;
  }
  launched.clear();
  strncpy(names, all.c_str(), room);
  return (long)all.size();
}
// Makes call `number` (from now; 0: every one) of a function fail; for good: and every call after it.
API void cuda_cpu_fail(const char* function, long number, int code, int for_good) {
  Guard guard(lock);
  sticky = for_good != 0;
  broken = false;
  failing = function;
  failing_call = number == 0 ? 0 : calls[function] + number;
  failing_code = code;
}
API long cuda_cpu_calls(const char* function) {
  Guard guard(lock);
  return calls[function];
}
// Device memory, pinned memory, contexts, and everything else that must be closed.
API long cuda_cpu_open() {
  Guard guard(lock);
  long count = (long)(allocations.size() + pinned.size() + handles.size());
  for (int device : retained) {
    count += device;
  }
  return count;
}

// Puts an action of the stand-in for cuBLAS on a stream.
API int cuda_cpu_submit(Pointer stream, void (*action)(void*), void* data, unsigned long bytes) {
  Guard guard(lock);
  std::vector<char> copy((char*)data, (char*)data + bytes);
  return submit(stream, [=]() mutable { action(copy.data()); });
}

// What the end of a process does: everything is gone.
API void cuda_cpu_forget() {
  Guard guard(lock);
  for (auto& allocation : allocations) {
    free((void*)allocation.first);
  }
  for (Pointer memory : pinned) {
    free(memory);
  }
  allocations.clear();
  used.clear();
  pinned.clear();
  handles.clear();  // their memory is left alone
  std::fill(std::begin(retained), std::end(retained), 0);
}

// ---- the driver

API int cuInit(unsigned) {
  BEGIN_CALL("cuInit", false)
  // For scripts/gpu-verify --emulator; tests load the kernels themselves.
  const char* library = getenv("CUDA_ON_CPU_KERNELS");
  if (kernels == nullptr && library != nullptr) {
    cuda_cpu_kernels(library);
  }
  const char* name = getenv("CUDA_ON_CPU_MACHINE");
  if (!initialised && name != nullptr && !machine_of(name)) {
    fprintf(stderr, "CUDA_ON_CPU_MACHINE: there is no machine '%s'; there are h200, ampere and turing\n", name);
    return INVALID_VALUE;
  }
  initialised = true;
  return machine.devices == 0 ? NO_DEVICE : SUCCESS;
}
API int cuDriverGetVersion(int* version) {
  *version = machine.driver;
  return SUCCESS;
}
API int cuDeviceGetCount(int* count) {
  BEGIN_CALL("cuDeviceGetCount", false)
  *count = machine.devices;
  return SUCCESS;
}
API int cuDeviceGet(int* device, int number) {
  BEGIN_CALL("cuDeviceGet", false)
  *device = number;
  return number >= 0 && number < machine.devices ? SUCCESS : INVALID_DEVICE;
}
API int cuDeviceGetName(char* name, int length, int) {
  BEGIN_CALL("cuDeviceGetName", false)
  strncpy(name, "CPU emulator", length);
  return SUCCESS;
}
API int cuDeviceTotalMem_v2(size_t* bytes, int) {
  BEGIN_CALL("cuDeviceTotalMem", false)
  *bytes = machine.memory;
  return SUCCESS;
}
API int cuDeviceGetAttribute(int* value, int attribute, int) {
  BEGIN_CALL("cuDeviceGetAttribute", false)
  switch (attribute) {
    case 12: case 82: *value = REGISTERS; break;    // of a block, of a multiprocessor
    case 13: *value = machine.clock; break;
    case 16: *value = machine.multiprocessors; break;
    case 75: *value = machine.major; break;
    case 76: *value = machine.minor; break;
    case 81: *value = machine.shared_limit + SHARED_RESERVED; break;  // shared memory of a multiprocessor
    case 95: *value = 1; break;                     // cooperative launch
    case 97: *value = machine.shared_limit; break;  // shared memory of a block, opted in
    default: *value = 0;
  }
  return SUCCESS;
}
API int cuDevicePrimaryCtxRetain(Pointer* context, int device) {
  BEGIN_CALL("cuDevicePrimaryCtxRetain", false)
  retained[device]++;
  *context = &contexts[device];
  return SUCCESS;
}
API int cuDevicePrimaryCtxRelease_v2(int device) {
  BEGIN_CALL("cuDevicePrimaryCtxRelease", false)
  return retained[device]-- > 0 ? SUCCESS : INVALID_CONTEXT;
}
API int cuCtxSetCurrent(Pointer context) {
  BEGIN_CALL("cuCtxSetCurrent", false)
  current = context;
  return SUCCESS;
}
API int cuCtxSynchronize() {
  BEGIN_CALL("cuCtxSynchronize")
  return SUCCESS;
}
API int cuMemGetInfo_v2(size_t* free, size_t* total) {
  BEGIN_CALL("cuMemGetInfo")
  *total = machine.memory;
  *free = machine.memory - std::min(machine.memory, used[current_device()]);
  return SUCCESS;
}
API int cuMemAlloc_v2(Address* address, size_t bytes) {
  BEGIN_CALL("cuMemAlloc")
  if (bytes == 0) {
    return INVALID_VALUE;
  }
  int device = current_device();
  if (used[device] + bytes > machine.memory) {
    return OUT_OF_MEMORY;
  }
  // Not rounded up, so that AddressSanitizer sees the first byte behind it.
  void* memory = nullptr;
  if (posix_memalign(&memory, 256, bytes) != 0) {
    return OUT_OF_MEMORY;
  }
  memset(memory, 0xA5, bytes);
  *address = (Address)memory;
  allocations[*address] = {bytes, device};
  used[device] += bytes;
  return SUCCESS;
}
API int cuMemFree_v2(Address address) {
  BEGIN_CALL("cuMemFree")
  auto found = allocations.find(address);
  if (found == allocations.end()) {
    return INVALID_VALUE;
  }
  used[found->second.device] -= found->second.bytes;
  allocations.erase(found);
  free((void*)address);
  return SUCCESS;
}
API int cuMemAllocHost_v2(Pointer* memory, size_t bytes) {
  BEGIN_CALL("cuMemAllocHost")
  *memory = malloc(bytes);
  if (*memory == nullptr) {
    return OUT_OF_MEMORY;
  }
  memset(*memory, 0xA5, bytes);
  pinned.insert(*memory);
  return SUCCESS;
}
API int cuMemFreeHost(Pointer memory) {
  BEGIN_CALL("cuMemFreeHost")
  if (pinned.erase(memory) == 0) {
    return INVALID_VALUE;
  }
  free(memory);
  return SUCCESS;
}
API int cuMemcpyHtoDAsync_v2(Address to, const void* from, size_t bytes, Pointer stream) {
  BEGIN_CALL("cuMemcpyHtoDAsync")
  return !inside(to, bytes) ? INVALID_VALUE : submit(stream, [=] { memcpy((void*)to, from, bytes); });
}
API int cuMemcpyDtoHAsync_v2(void* to, Address from, size_t bytes, Pointer stream) {
  BEGIN_CALL("cuMemcpyDtoHAsync")
  return !inside(from, bytes) ? INVALID_VALUE : submit(stream, [=] { memcpy(to, (void*)from, bytes); });
}
API int cuMemsetD8Async(Address to, unsigned char value, size_t bytes, Pointer stream) {
  BEGIN_CALL("cuMemsetD8Async")
  return !inside(to, bytes) ? INVALID_VALUE : submit(stream, [=] { memset((void*)to, value, bytes); });
}

API int cuStreamCreate(Pointer* stream, unsigned) {
  BEGIN_CALL("cuStreamCreate")
  return open<Stream>(stream);
}
API int cuStreamDestroy_v2(Pointer stream) {
  BEGIN_CALL("cuStreamDestroy")
  return shut<Stream>(stream);
}
API int cuStreamSynchronize(Pointer stream) {
  BEGIN_CALL("cuStreamSynchronize")
  return ((Stream*)stream)->capturing != nullptr ? NOT_PERMITTED_IN_CAPTURE : SUCCESS;
}
API int cuStreamBeginCapture_v2(Pointer stream, int) {
  BEGIN_CALL("cuStreamBeginCapture")
  Pointer graph;
  open<Graph>(&graph);
  ((Stream*)stream)->capturing = (Graph*)graph;
  return SUCCESS;
}
API int cuStreamEndCapture(Pointer stream, Pointer* graph) {
  BEGIN_CALL("cuStreamEndCapture")
  *graph = ((Stream*)stream)->capturing;
  ((Stream*)stream)->capturing = nullptr;
  return SUCCESS;
}
API int cuGraphInstantiateWithFlags(Pointer* executable, Pointer graph, unsigned long long) {
  BEGIN_CALL("cuGraphInstantiate")
  open<Graph>(executable);
  *(Graph*)*executable = *(Graph*)graph;
  return SUCCESS;
}
API int cuGraphLaunch(Pointer executable, Pointer stream) {
  BEGIN_CALL("cuGraphLaunch")
  if (handles.count(executable) == 0 || handles.count(stream) == 0) {
    return INVALID_HANDLE;
  }
  for (auto& node : ((Graph*)executable)->nodes) {
    node();
  }
  return SUCCESS;
}
API int cuGraphDestroy(Pointer graph) {
  BEGIN_CALL("cuGraphDestroy")
  return shut<Graph>(graph);
}
API int cuGraphExecDestroy(Pointer executable) {
  BEGIN_CALL("cuGraphExecDestroy")
  return shut<Graph>(executable);
}
API int cuEventCreate(Pointer* event, unsigned) {
  BEGIN_CALL("cuEventCreate")
  return open<Event>(event);
}
API int cuEventDestroy_v2(Pointer event) {
  BEGIN_CALL("cuEventDestroy")
  return shut<Event>(event);
}
API int cuEventRecord(Pointer event, Pointer stream) {
  BEGIN_CALL("cuEventRecord")
  return submit(stream, [=] {
    auto now = std::chrono::steady_clock::now().time_since_epoch();
    ((Event*)event)->time = std::chrono::duration<double, std::milli>(now).count();
  });
}
API int cuEventSynchronize(Pointer) {
  BEGIN_CALL("cuEventSynchronize")
  return SUCCESS;
}
API int cuEventElapsedTime(float* milliseconds, Pointer from, Pointer to) {
  BEGIN_CALL("cuEventElapsedTime")
  *milliseconds = (float)(((Event*)to)->time - ((Event*)from)->time);
  return SUCCESS;
}

template <class T>
static T number_at(const std::string& code, size_t at) {
  T value;
  memcpy(&value, code.data() + at, sizeof value);
  return value;
}
// Registers of a thread of a kernel: an entry 2f of .nv.info has a symbol's number and the registers.
static int cubin_registers(const std::string& code, const std::string& kernel) {
  size_t headers = number_at<unsigned long>(code, 0x28), size = number_at<unsigned short>(code, 0x3a);
  auto of_section = [&](int section, size_t field) { return number_at<unsigned long>(code, headers + section * size + field); };
  size_t names = of_section(number_at<unsigned short>(code, 0x3e), 24);
  std::map<std::string, int> sections;
  for (int i = 0; i < number_at<unsigned short>(code, 0x3c); i++) {
    sections[code.c_str() + names + (unsigned)of_section(i, 0)] = i;
  }
  size_t symbols = of_section(sections[".symtab"], 24), strings = of_section(sections[".strtab"], 24);
  size_t at = of_section(sections[".nv.info"], 24), end = at + of_section(sections[".nv.info"], 32);
  while (at + 4 <= end) {
    bool counts = number_at<unsigned short>(code, at) == 0x2f04;
    unsigned symbol = counts ? number_at<unsigned>(code, at + 4) : 0;
    if (counts && code.c_str() + strings + number_at<unsigned>(code, symbols + 24 * symbol) == kernel) {
      return number_at<int>(code, at + 8);
    }
    at += 4 + (code[at] == 4 ? number_at<unsigned short>(code, at + 2) : 0);
  }
  return 0;
}
// A cubin of this kind of device; its code is not read. The assemblers of CUDA 13 write ELF version 8, which older
// drivers refuse; where its flags tell the kind has changed with it.
static int load_cubin(Pointer* module, const unsigned char* image) {
  unsigned flags;
  unsigned long headers;
  unsigned short size, count;
  memcpy(&flags, image + 0x30, sizeof flags);
  memcpy(&headers, image + 0x28, sizeof headers);
  memcpy(&size, image + 0x3a, sizeof size);
  memcpy(&count, image + 0x3c, sizeof count);
  bool newest = image[8] >= 8;
  if (newest && machine.driver < 13000) {
    return INVALID_IMAGE;
  }
  int target = (newest ? flags >> 8 : flags) & 255;
  if (target / 10 != machine.major || target % 10 > machine.minor) {
    return NO_BINARY;
  }
  open<Module>(module);
  *(Module*)*module = {std::string((const char*)image, headers + (unsigned long)size * count), std::string(".text."),
                       std::string(1, '\0'), {}};
  return SUCCESS;
}
API int cuModuleLoadDataEx(Pointer* module, const void* image, unsigned, int*, void**) {
  BEGIN_CALL("cuModuleLoadData")
  if (memcmp(image, "\177ELF", 4) == 0) {
    return load_cubin(module, (const unsigned char*)image);
  }
  std::string ptx = (const char*)image;
  int version = ptx_number(ptx, ".version");
  int target = ptx_number(ptx, ".target sm_");
  int device = 10 * machine.major + machine.minor;
  // As in sm_90a: for this kind of device alone.
  bool alone = ptx.find(".target sm_" + std::to_string(target) + "a") != std::string::npos;
  if (version < 0 || target < 0 || target > device || (alone && target != device)) {
    return INVALID_PTX;
  }
  // PTX 7.0 belongs to CUDA 11.0, 8.0 to 12.0 and so on.
  if (version / 10 + 4 > machine.driver / 1000) {
    return UNSUPPORTED_PTX_VERSION;
  }
  open<Module>(module);
  *(Module*)*module = {std::move(ptx), ".entry ", "(", {}};
  return SUCCESS;
}
API int cuModuleLoadData(Pointer* module, const void* image) {
  return cuModuleLoadDataEx(module, image, 0, nullptr, nullptr);
}
API int cuModuleUnload(Pointer module) {
  BEGIN_CALL("cuModuleUnload")
  return shut<Module>(module);
}
// The kernel must be in the code that is shipped and among those that g++ compiled.
API int cuModuleGetFunction(Pointer* function, Pointer module, const char* name) {
  BEGIN_CALL("cuModuleGetFunction")
  Module* owner = (Module*)module;
  std::string kernel = name;
  if (kernels == nullptr || owner->code.find(owner->defines + kernel + owner->end) == std::string::npos) {
    return NOT_FOUND;
  }
  Kernel& entry = owner->kernels[kernel];
  entry.name = kernel;
  int in_ptx = 0;  // blocks of a cluster, where PTX tells
  if (owner->code[0] == '\177') {
    entry.registers = cubin_registers(owner->code, kernel);
  } else {
    std::string head = owner->code.substr(owner->code.find(".entry " + kernel + "("));
    head = head.substr(0, head.find('{'));
    entry.most_threads = std::max(0, ptx_number(head, ".maxntid"));
    entry.least_blocks = std::max(1, ptx_number(head, ".minnctapersm"));
    in_ptx = std::max(1, ptx_number(head, ".reqnctapercluster"));
  }
  *(void**)&entry.launch = dlsym(kernels, (kernel + "__launch").c_str());
  *(void**)&entry.argument = dlsym(kernels, (kernel + "__argument").c_str());
  *function = &entry;
  if (entry.launch == nullptr) {
    return NOT_FOUND;
  }
  entry.cluster = ((int (*)())dlsym(kernels, (kernel + "__cluster").c_str()))();
  if (in_ptx != 0 && in_ptx != entry.cluster) {
    fprintf(stderr, "%s: clusters of %d blocks, exported as %d\n", name, in_ptx, entry.cluster);
    return INVALID_IMAGE;
  }
  return SUCCESS;
}
API int cuFuncSetAttribute(Pointer function, int attribute, int value) {
  BEGIN_CALL("cuFuncSetAttribute")
  if (attribute == 8) {  // dynamic shared memory
    if (value > machine.shared_limit) {
      return INVALID_VALUE;
    }
    ((Kernel*)function)->shared = value;
  }
  if (attribute == 14) {  // clusters of more than 8 blocks
    ((Kernel*)function)->large_clusters = value != 0;
  }
  return SUCCESS;
}
API int cuFuncGetAttribute(int* value, int attribute, Pointer) {
  BEGIN_CALL("cuFuncGetAttribute")
  *value = attribute == 0 ? 1024 : 0;
  return SUCCESS;
}
API int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Pointer function, int threads, size_t shared) {
  BEGIN_CALL("cuOccupancyMaxActiveBlocksPerMultiprocessor")
  *blocks = occupancy(*(Kernel*)function, threads, (int)shared);
  return SUCCESS;
}

static int launch(
    Pointer function, const unsigned* size, unsigned shared, Pointer stream, void** arguments, bool cooperative) {
  Kernel* kernel = (Kernel*)function;
  unsigned threads = size[3] * size[4] * size[5];
  for (int i = 0; i < 6; i++) {
    if (size[i] == 0) {
      return INVALID_VALUE;
    }
  }
  if (threads > 1024 || size[5] > 64 || size[0] > 2147483647u || size[1] > 65535 || size[2] > 65535 ||
      shared > (unsigned)kernel->shared) {
    return INVALID_VALUE;
  }
  if (cooperative && size[0] > (unsigned)(occupancy(*kernel, (int)threads, (int)shared) * machine.multiprocessors)) {
    return COOPERATIVE_LAUNCH_TOO_LARGE;
  }
  if (kernel->cluster > 1 && (machine.major < 9 || kernel->cluster > (kernel->large_clusters ? 16 : 8) || size[0] % kernel->cluster != 0)) {
    return INVALID_CLUSTER_SIZE;
  }
  launched.insert(kernel->name);
  // The values of the arguments are taken now, as a driver does.
  std::vector<std::vector<char>> values;
  for (int i = 0; size_t bytes = kernel->argument(i); i++) {
    values.emplace_back((char*)arguments[i], (char*)arguments[i] + bytes);
  }
  std::vector<unsigned> sizes(size, size + 6);
  return submit(stream, [=] {
    std::vector<void*> pointers;
    for (auto& value : values) {
      pointers.push_back((void*)value.data());
    }
    kernel->launch(sizes.data(), shared, cooperative, pointers.data());
  });
}
API int cuLaunchKernel(
    Pointer function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
    Pointer stream, void** arguments, void**) {
  BEGIN_CALL("cuLaunchKernel")
  unsigned size[6] = {gx, gy, gz, bx, by, bz};
  return launch(function, size, shared, stream, arguments, false);
}
API int cuLaunchCooperativeKernel(
    Pointer function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
    Pointer stream, void** arguments) {
  BEGIN_CALL("cuLaunchCooperativeKernel")
  unsigned size[6] = {gx, gy, gz, bx, by, bz};
  return launch(function, size, shared, stream, arguments, true);
}
