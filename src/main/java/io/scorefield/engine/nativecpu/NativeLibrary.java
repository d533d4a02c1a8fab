package io.scorefield.engine.nativecpu;

import io.scorefield.engine.ScratchFolder;
import io.scorefield.engine.layout.ProgramTables;
import io.scorefield.engine.layout.Tables;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The C++ library in the jar: unpacked to a private folder, loaded, its functions bound.
///
/// `native/cpu/scorefield_cpu.h` describes the functions.
final class NativeLibrary {
  /// Changes with the functions and tables; the library has the same number.
  private static final int INTERFACE = 9;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final MemoryLayout POINTER = ValueLayout.ADDRESS;

  /// What came of loading the library: it, or the reason why there is none.
  private record Outcome(Optional<NativeLibrary> library, String unavailable) {}

  /// Makes functions of the library callable.
  private record Binder(SymbolLookup symbols) {
    @SuppressWarnings("restricted")
    MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments)
        throws IOException {
      MemorySegment address =
          symbols.find(name).orElseThrow(() -> new IOException("the native library lacks " + name));
      FunctionDescriptor descriptor =
          result == null
              ? FunctionDescriptor.ofVoid(arguments)
              : FunctionDescriptor.of(result, arguments);
      return Linker.nativeLinker().downcallHandle(address, descriptor);
    }
  }

  /// The functions of a training. Those of a perceptron begin with its shape, those of a program with its table.
  record TrainingCalls(
      MethodHandle create, MethodHandle advance, MethodHandle step, MethodHandle state, MethodHandle destroy) {
    private static TrainingCalls bind(Binder binder, String prefix) throws IOException {
      return new TrainingCalls(
          binder.bind(
              prefix + "_create", POINTER, POINTER, POINTER, POINTER, INT, POINTER, POINTER, INT, INT, INT, INT, INT, LONG,
              DOUBLE, INT, LONG, POINTER, POINTER, POINTER, POINTER, POINTER, INT),
          binder.bind(prefix + "_advance", INT, POINTER, INT, POINTER, POINTER, POINTER, POINTER),
          binder.bind(prefix + "_step", LONG, POINTER),
          binder.bind(prefix + "_state", null, POINTER, POINTER, POINTER, POINTER, POINTER),
          binder.bind(prefix + "_destroy", null, POINTER));
    }
  }

  /// Loads the library when it is first asked for.
  private static final class Holder {
    static final Outcome OUTCOME = load();
  }

  final MethodHandle engineCreate;
  final MethodHandle engineDestroy;
  final MethodHandle engineTarget;
  final MethodHandle engineTile;
  final MethodHandle forwardNoise;
  final MethodHandle evaluate;
  final MethodHandle samplingCreate;
  final MethodHandle samplingRun;
  final MethodHandle samplingDestroy;
  final TrainingCalls perceptronTraining;
  final TrainingCalls programTraining;
  final MethodHandle elementary;
  final MethodHandle normals;
  final MethodHandle peak;

  private NativeLibrary(SymbolLookup symbols) throws IOException {
    Binder binder = new Binder(symbols);
    int version = (int) invoke(binder.bind("sf_interface", INT));
    if (version != INTERFACE) {
      throw new IOException("the native library has interface " + version + ", not " + INTERFACE);
    }
    MethodHandle rowBytes = binder.bind("sf_row_bytes", INT, INT);
    int[] expected = {
      Tables.NOISE_ROW, Tables.STEP_ROW, Tables.TAPE_ROW, Tables.CONSTRAINT, ProgramTables.STEP, ProgramTables.OPERAND,
      ProgramTables.COMPUTE, ProgramTables.LINKS, ProgramTables.TABLE
    };
    for (int table = 0; table < expected.length; table++) {
      if ((int) invoke(rowBytes, table) != expected[table]) {
        throw new IOException("the native library lays out table " + table + " otherwise");
      }
    }
    engineCreate = binder.bind("sf_engine_create", POINTER, INT, POINTER);
    engineDestroy = binder.bind("sf_engine_destroy", null, POINTER);
    engineTarget = binder.bind("sf_engine_target", POINTER, POINTER);
    engineTile = binder.bind("sf_engine_tile", INT, POINTER);
    forwardNoise =
        binder.bind(
            "sf_forward_noise", null, POINTER, POINTER, POINTER, POINTER, LONG, LONG, LONG, INT, INT,
            POINTER);
    evaluate = binder.bind(
            "sf_evaluate", INT, POINTER, POINTER, POINTER, POINTER, POINTER, POINTER, LONG, POINTER);
    samplingCreate =
        binder.bind(
            "sf_sampling_create", POINTER, POINTER, POINTER, POINTER, POINTER, POINTER, INT, POINTER, FLOAT,
            POINTER, INT, LONG, POINTER, POINTER);
    samplingRun =
        binder.bind(
            "sf_sampling_run", INT, POINTER, LONG, LONG, POINTER, POINTER, INT, POINTER, POINTER,
            POINTER, POINTER, POINTER);
    samplingDestroy = binder.bind("sf_sampling_destroy", null, POINTER);
    perceptronTraining = TrainingCalls.bind(binder, "sf_training");
    programTraining = TrainingCalls.bind(binder, "sf_program_training");
    elementary = binder.bind("sf_elementary", null, POINTER, INT, POINTER, POINTER, LONG);
    normals = binder.bind("sf_normals", null, POINTER, LONG, LONG, LONG, INT, INT, POINTER);
    peak = binder.bind("sf_peak", DOUBLE, POINTER, DOUBLE);
  }

  /// Why the library cannot be used here and what to do about it; empty: it can.
  static String unavailable() {
    return Holder.OUTCOME.unavailable();
  }

  /// @throws IllegalStateException when the library is not available
  static NativeLibrary get() {
    return Holder.OUTCOME
        .library()
        .orElseThrow(() -> new IllegalStateException(Holder.OUTCOME.unavailable()));
  }

  /// Calls a function; none of them throws.
  static Object invoke(MethodHandle function, Object... arguments) {
    try {
      return function.invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a call into the native library failed", e);
    }
  }

  /// A C string that the library owns.
  @SuppressWarnings("restricted")
  static String text(MemorySegment pointer) {
    return pointer.reinterpret(64).getString(0);
  }

  private static Outcome load() {
    Platform platform = Platform.current();
    String resource = "/native/" + platform.name() + "/" + platform.library();
    try (InputStream library = NativeLibrary.class.getResourceAsStream(resource)) {
      if (library == null) {
        return new Outcome(Optional.empty(), missing(platform.name()));
      }
      return new Outcome(Optional.of(new NativeLibrary(unpack(library, platform.library()))), "");
    } catch (IOException | IllegalArgumentException | IllegalCallerException e) {
      return new Outcome(
          Optional.empty(),
          "its library could not be loaded (" + e.getMessage()
              + "); if the temporary folder does not allow programs to run, set another with "
              + "SCOREFIELD_JAVA_OPTS=-Djava.io.tmpdir=FOLDER");
    }
  }

  private static String missing(String platform) throws IOException {
    try (InputStream why = NativeLibrary.class.getResourceAsStream("/native/unavailable.txt")) {
      return why == null
          ? "it was built for another platform than " + platform
              + "; build it here with: mvn -DskipTests clean package"
          : new String(why.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  /// Loads the library from a folder that only this user can write to; nothing is left behind.
  @SuppressWarnings("restricted")
  private static SymbolLookup unpack(InputStream library, String name) throws IOException {
    try (ScratchFolder scratch = ScratchFolder.open()) {
      Path file = scratch.path().resolve(name);
      Files.copy(library, file);
      return SymbolLookup.libraryLookup(file, Arena.global());
    }
  }
}
