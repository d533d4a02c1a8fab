package io.scorefield.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.cuda.driver.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assertions;

/// What stands behind the CUDA engine in tests: the emulator (native/emulator), or with -Pgpu the machine's GPU. Never
/// one in place of the other.
@SuppressWarnings("restricted")
public final class TestDevice {
  private static final SymbolLookup EMULATOR = load();

  /// Keeps the context and the kernels for all tests of this JVM: an engine each opens and closes theirs.
  private static Device held;

  private TestDevice() {}

  /// Whether the tests run on a GPU.
  public static boolean gpu() {
    return System.getProperty("scorefield.cuda", "").equals("gpu");
  }

  private static SymbolLookup load() {
    if (gpu()) {
      return null;
    }
    Path folder = Path.of(System.getProperty("scorefield.emulator", "target/emulator")).toAbsolutePath();
    Path driver = folder.resolve("libcuda_emulator.so");
    if (!Files.exists(driver)) {
      return null;
    }
    // Loaded first, it is the libcuda.so.1 that JCuda asks for.
    System.load(driver.toString());
    SymbolLookup symbols = SymbolLookup.libraryLookup(driver, Arena.global());
    int failed =
        (int)
            invoke(
                symbols, "cuda_cpu_kernels", ValueLayout.JAVA_INT,
                Arena.global().allocateFrom(folder.resolve("libkernels_emulator.so").toString()));
    if (failed != 0) {
      throw new IllegalStateException("the emulator's kernels cannot be loaded");
    }
    System.load(folder.resolve("libcublas_emulator.so.12").toString());
    return symbols;
  }

  /// Skips or fails where there is nothing to test on, and says what the tests run on.
  public static void require() {
    String why =
        !gpu() && EMULATOR == null ? "the emulator is not built (it needs g++ on x86-64 Linux)" : CudaEngine.unavailable();
    if (!why.isEmpty()) {
      if (gpu() || "true".equals(System.getenv("CI"))) {
        Assertions.fail("no device for the tests of the CUDA engine: " + why);
      }
      assumeTrue(false, why);
    }
    if (!gpu()) {
      reset();
    }
    if (held == null) {
      held = new Device(0);
    }
    Announcement.make();
  }

  /// Gives up what is kept for all tests, for those that count what is open or change the machine.
  static void release() {
    if (held != null) {
      held.close();
      held = null;
    }
  }

  private static final class Announcement {
    static {
      System.out.println("[CUDA tests run on: " + Device.facts(0) + "]");
    }

    static void make() {}
  }

  /// One device as tests expect it: a small one of compute capability 8.0, or what `scorefield.emulator.machine` names;
  /// no call fails.
  static void reset() {
    machine(System.getProperty("scorefield.emulator.machine", "ampere"));
    failNever();
  }

  /// A machine that has a name: `h200` (compute capability 9.0, 132 multiprocessors, 227 KB of shared memory a block),
  /// `ampere` and `turing`, two small ones.
  static void machine(String name) {
    release();
    int unknown =
        (int) invoke(EMULATOR, "cuda_cpu_machine_named", ValueLayout.JAVA_INT, Arena.global().allocateFrom(name));
    if (unknown != 0) {
      throw new IllegalArgumentException("there is no machine '" + name + "'");
    }
  }

  /// Makes the device slow, or fast.
  static void clock(int kilohertz) {
    invoke(EMULATOR, "cuda_cpu_clock", null, kilohertz);
  }

  /// The kernels launched since the last call.
  static Set<String> launched() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment names = arena.allocate(1 << 14);
      long length = (long) invoke(EMULATOR, "cuda_cpu_launched", ValueLayout.JAVA_LONG, names, names.byteSize() - 1);
      return length == 0 ? Set.of() : new TreeSet<>(List.of(names.getString(0).split(" ")));
    }
  }

  static void machine(
      int devices, long memory, int capability, int driver, int multiprocessors, int sharedLimit) {
    release();
    invoke(
        EMULATOR, "cuda_cpu_machine", null, devices, memory, capability, driver, multiprocessors, sharedLimit);
  }

  /// Makes call number `number` from now of a function fail; 0: every call.
  static void fail(String function, long number, int code) {
    invoke(EMULATOR, "cuda_cpu_fail", null, Arena.global().allocateFrom(function), number, code, 0);
  }

  /// Makes call number `number` from now fail and every call of any function after it, as after a kernel's fault.
  static void failForGood(String function, long number, int code) {
    invoke(EMULATOR, "cuda_cpu_fail", null, Arena.global().allocateFrom(function), number, code, 1);
  }

  static void failNever() {
    fail("", 0, 0);
  }

  /// Drops what could not be closed, as the end of a process does.
  static void forget() {
    invoke(EMULATOR, "cuda_cpu_forget", null);
  }

  /// How often a function was called so far.
  static long calls(String function) {
    return (long)
        invoke(EMULATOR, "cuda_cpu_calls", ValueLayout.JAVA_LONG, Arena.global().allocateFrom(function));
  }

  /// Allocations, contexts and handles that are not closed.
  static long open() {
    return (long) invoke(EMULATOR, "cuda_cpu_open", ValueLayout.JAVA_LONG);
  }

  private static Object invoke(
      SymbolLookup symbols, String function, MemoryLayout result, Object... arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < layouts.length; i++) {
      layouts[i] =
          switch (arguments[i]) {
            case Integer ignored -> ValueLayout.JAVA_INT;
            case Long ignored -> ValueLayout.JAVA_LONG;
            case MemorySegment ignored -> ValueLayout.ADDRESS;
            default -> throw new IllegalArgumentException();
          };
    }
    FunctionDescriptor descriptor =
        result == null ? FunctionDescriptor.ofVoid(layouts) : FunctionDescriptor.of(result, layouts);
    try {
      return Linker.nativeLinker()
          .downcallHandle(symbols.findOrThrow(function), descriptor)
          .invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
