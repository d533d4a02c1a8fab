package io.scorefield.engine;

import io.scorefield.engine.cuda.CudaEngine;
import io.scorefield.engine.cuda.CudaOptions;
import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.engine.nativecpu.NativeOptions;
import io.scorefield.engine.reference.ReferenceEngine;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// The engines there are, whether this machine can run them, and the choice between them.
public final class Engines {
  /// The name that stands for the best engine available.
  public static final String AUTO = "auto";

  private static final String NATIVE = "native";

  /// How engines work; each takes what concerns it.
  ///
  /// @param threads worker threads of a CPU engine, at least 1
  /// @param cuda devices and kernels of the CUDA engine
  /// @param cpu instructions of the native engine
  public record Settings(int threads, CudaOptions cuda, NativeOptions cpu) {
    /// All processors, the best instructions, device 0.
    public static Settings defaults() {
      return new Settings(
          Runtime.getRuntime().availableProcessors(), CudaOptions.defaults(), NativeOptions.defaults());
    }
  }

  /// An engine that may or may not run here.
  ///
  /// @param unavailable why it cannot run here and what to do about it; empty: it can
  public record Candidate(String name, String unavailable, Function<Settings, Engine> open) {
    public boolean available() {
      return unavailable.isEmpty();
    }
  }

  /// An open engine and the sentence that says why it was picked.
  ///
  /// @param warning what the user should know about the choice and can do about it; mostly empty
  public record Choice(Engine engine, String reason, String warning) {}

  private Engines() {}

  /// All engines, best first.
  public static List<Candidate> candidates() {
    return List.of(
        new Candidate(
            "cuda", CudaEngine.unavailable(), settings -> new CudaEngine(settings.cuda())),
        new Candidate(
            NATIVE, NativeEngine.unavailable(),
            settings -> new NativeEngine(settings.threads(), settings.cpu())),
        new Candidate("reference", "", settings -> new ReferenceEngine(settings.threads())));
  }

  /// The names that {@link #open} takes.
  public static List<String> names() {
    return Stream.concat(Stream.of(AUTO), candidates().stream().map(Candidate::name)).toList();
  }

  /// Opens the engine of the given name, or the first available one for {@link #AUTO}.
  ///
  /// @param threads worker threads, 0 for as many as the machine gives
  /// @throws EngineException when the name is unknown or the engine cannot run here
  public static Choice open(String name, int threads) {
    return open(name, threads, CudaOptions.defaults(), NativeOptions.defaults());
  }

  /// The same with options of the CUDA engine and of the native engine.
  public static Choice open(String name, int threads, CudaOptions cuda, NativeOptions cpu) {
    if (threads < 0 || threads > 4096) {
      throw new EngineException("cannot use " + threads + " threads; give 1 to 4096, or 0 for all");
    }
    Settings settings =
        new Settings(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads, cuda, cpu);
    if (name.equals(AUTO)) {
      StringBuilder passed = new StringBuilder();
      String warning = "";
      for (Candidate candidate : candidates()) {
        if (candidate.available()) {
          String reason =
              passed.isEmpty()
                  ? "the fastest engine available"
                  : "the fastest engine available; not used: " + passed;
          return new Choice(candidate.open().apply(settings), reason, warning);
        }
        if (candidate.name().equals(NATIVE)) {
          // Every machine can have it, and it is many times faster than what comes after.
          warning = "the fast CPU engine 'native' is not available: " + candidate.unavailable();
        }
        passed.append(passed.isEmpty() ? "" : ", ").append(candidate.name());
      }
      throw new EngineException("no engine can run on this machine; see 'scorefield info'");
    }
    for (Candidate candidate : candidates()) {
      if (candidate.name().equals(name)) {
        if (!candidate.available()) {
          throw new EngineException(
              "engine '" + name + "' is not available: " + candidate.unavailable());
        }
        return new Choice(candidate.open().apply(settings), "asked for", "");
      }
    }
    throw new EngineException(
        "unknown engine '" + name + "'; known are " + String.join(", ", names()));
  }
}
