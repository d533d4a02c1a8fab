package io.scorefield.engine.cuda.driver;

import io.scorefield.engine.EngineException;
import io.scorefield.engine.ScratchFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;
import jcuda.Pointer;
import jcuda.driver.CUstream;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;

/// cuBLAS through JCublas. Only the functions that `native/cublas12` forwards may be called.
public final class Cublas implements AutoCloseable {
  /// What came of looking for the library.
  ///
  /// @param found where it was found, in words; empty when it was not
  /// @param unavailable why not and what to do about it; empty when it was
  private record Outcome(String found, String unavailable) {}

  private static final class Holder {
    static final Outcome OUTCOME = load();
  }

  private static final class Address extends Pointer {
    Address(long address) {
      super(address);
    }
  }

  private static final Pointer ONE = Pointer.to(new float[] {1});
  private static final Pointer ZERO = Pointer.to(new float[] {0});

  /// What cuBLAS wants on Hopper; given by us, it allocates nothing of its own in the middle of a call.
  private static final long WORKSPACE = 32L << 20;

  private final cublasHandle handle = new cublasHandle();
  private DeviceMemory workspace;

  /// On the device's thread.
  ///
  /// @throws Driver.Failure with {@link Driver#OUT_OF_MEMORY} when the device has no room for it
  Cublas(CUstream stream) {
    if (!unavailable().isEmpty()) {
      throw new EngineException("cuBLAS is not available: " + unavailable());
    }
    check("cublasCreate", JCublas2.cublasCreate(handle));
    try {
      check("cublasSetStream", JCublas2.cublasSetStream(handle, new cudaStream_t(stream)));
      workspace = new DeviceMemory(WORKSPACE);
      check("cublasSetWorkspace", JCublas2.cublasSetWorkspace(handle, workspace.pointer(), WORKSPACE));
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, this);
      throw e;
    }
  }

  /// Why there is no cuBLAS here and what to do about it; empty: there is.
  public static String unavailable() {
    return Holder.OUTCOME.unavailable();
  }

  /// Where cuBLAS was found.
  public static String found() {
    return Holder.OUTCOME.found();
  }

  private static void check(String call, int status) {
    if (status == cublasStatus.CUBLAS_STATUS_ALLOC_FAILED) {
      throw new Driver.Failure(
          call + " failed: the device has not enough free memory for cuBLAS; use --kernels layers, which needs none",
          Driver.OUT_OF_MEMORY);
    }
    if (status != cublasStatus.CUBLAS_STATUS_SUCCESS) {
      throw new EngineException(
          call + " failed: " + cublasStatus.stringFor(status) + "; use --kernels layers, which needs no cuBLAS");
    }
  }

  /// `c[o][s]` = sum of `a[k][o]` `b[k][s]` over k: with columns first, as cuBLAS has it, c = b a^T.
  public void product(long a, int padded, int count, int length, long b, long c, int stride) {
    check(
        "cublasSgemm",
        JCublas2.cublasSgemm(
            handle, cublasOperation.CUBLAS_OP_N, cublasOperation.CUBLAS_OP_T, stride, count, length, ONE,
            new Address(b), stride, new Address(a), padded, ZERO, new Address(c), stride));
  }

  @Override
  public void close() {
    try (Resources all = new Resources()) {
      if (workspace != null) {
        all.add(workspace);
      }
      all.add(() -> check("cublasDestroy", JCublas2.cublasDestroy(handle)));
    }
  }

  private static Outcome load() {
    try {
      String found = find();
      if (found.isEmpty()) {
        return new Outcome(
            "", "neither libcublas.so.12 nor libcublas.so.13 was found in the system's folders, the CUDA toolkit's and "
                + "Python's packages; install the toolkit's cuBLAS, or add its folder to LD_LIBRARY_PATH");
      }
      Driver.inPrivateFolder(() -> JCublas2.setExceptionsEnabled(false));
      return new Outcome(found, "");
    } catch (IOException | UncheckedIOException | LinkageError | IllegalStateException e) {
      return new Outcome("", "it could not be loaded: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  /// Loads version 12, which JCublas asks for, or version 13 behind the forwarder.
  private static String find() throws IOException {
    CublasPlaces places = new CublasPlaces(System.getenv(), Path.of("/"));
    String twelve = find(places, "libcublas.so.12", library -> true);
    if (!twelve.isEmpty()) {
      return twelve;
    }
    String thirteen = find(places, "libcublas.so.13", Cublas::forward);
    return thirteen.isEmpty() ? "" : thirteen + " behind the forwarder for version 12";
  }

  /// The first of a name that opens and is accepted: by the system's own search, else by its place; empty: none.
  private static String find(CublasPlaces places, String name, Predicate<String> accepts) throws IOException {
    if (opens(name) && accepts.test(name)) {
      return loaded(name);
    }
    for (Path place : places.of(name)) {
      // What it needs lies beside it, where the system does not look.
      Path beside = place.resolveSibling(name.replace("cublas", "cublasLt"));
      if (Files.exists(beside)) {
        opens(beside.toString());
      }
      if (opens(place.toString()) && accepts.test(place.toString())) {
        return place.toString();
      }
    }
    return "";
  }

  /// The file that a name turned out to be, where the system tells it.
  private static String loaded(String name) throws IOException {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.isReadable(maps)) {
      return name;
    }
    try (Stream<String> lines = Files.lines(maps)) {
      return lines
          .filter(line -> line.contains("/" + name))
          .map(line -> line.substring(line.indexOf('/')))
          .findFirst()
          .orElse(name);
    }
  }

  @SuppressWarnings("restricted")
  private static boolean opens(String library) {
    try {
      SymbolLookup.libraryLookup(library, Arena.global());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @SuppressWarnings("restricted")
  private static boolean forward(String library) {
    try (InputStream forwarder =
        Cublas.class.getResourceAsStream("/native/linux-amd64/libcublas_forward.so")) {
      if (forwarder == null) {
        return false;
      }
      try (ScratchFolder scratch = ScratchFolder.open()) {
        Path file = scratch.path().resolve("libcublas_forward.so");
        Files.copy(forwarder, file);
        SymbolLookup symbols = SymbolLookup.libraryLookup(file, Arena.global());
        try (Arena arena = Arena.ofConfined()) {
          int lacking =
              (int)
                  Linker.nativeLinker()
                      .downcallHandle(
                          symbols.findOrThrow("cublas_forward_to"),
                          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS))
                      .invokeExact(arena.allocateFrom(library));
          return lacking == 0;
        }
      } catch (RuntimeException | IOException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
