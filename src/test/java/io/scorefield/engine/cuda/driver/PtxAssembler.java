package io.scorefield.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/// The assembler of CUDA 12.0 that comes with JCuda. It assembles several texts at a time and each of them once: what it
/// said of a text with some options stands in a file named after the text, the options and the version of the assembler. Files of
/// a second folder are believed as well: it is committed, so that a clean clone need not assemble kernels that have not changed.
final class PtxAssembler implements AutoCloseable {
  /// A text and what the assembler is to do with it.
  record Task(String ptx, List<String> options) {
    /// About how long it takes, in no unit.
    private double work() {
      return ptx.length() * (options.contains("--opt-level=1") ? 0.3 : 1);
    }
  }

  private final Path remembered;
  private final Path committed;
  private final String version;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
  private final Map<String, CompletableFuture<String>> logs = new ConcurrentHashMap<>();

  PtxAssembler(Path remembered, Path committed) {
    this.committed = committed;
    this.remembered = remembered;
    int[] major = new int[1];
    int[] minor = new int[1];
    assertThat(JNvPTXCompiler.nvPTXCompilerGetVersion(major, minor))
        .isEqualTo(nvPTXCompileResult.NVPTXCOMPILE_SUCCESS);
    version = major[0] + "." + minor[0];
    try {
      Files.createDirectories(remembered);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /// Begins with all of them, the longest first.
  void begin(Collection<Task> tasks) {
    tasks.stream().sorted(Comparator.comparingDouble(Task::work).reversed()).forEach(this::started);
  }

  /// What the assembler says of a task, as soon as it is done. One that it refuses is an error with its reason.
  String log(Task task) {
    try {
      return started(task).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof AssertionError refused) {
        throw refused;
      }
      throw e;
    }
  }

  /// The file in which an answer is kept.
  Path file(Task task) {
    return remembered.resolve(name(task) + ".log");
  }

  private String name(Task task) {
    MessageDigest digest = sha256();
    String question = "ptxas " + version + " " + String.join(" ", task.options()) + "\n";
    digest.update(question.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(task.ptx().getBytes(StandardCharsets.UTF_8)));
  }

  private CompletableFuture<String> started(Task task) {
    return logs.computeIfAbsent(
        name(task), name -> CompletableFuture.supplyAsync(() -> rememberedOrAssembled(task), threads));
  }

  private String rememberedOrAssembled(Task task) {
    Path file = file(task);
    try {
      for (Path known : new Path[] {file, committed.resolve(file.getFileName())}) {
        if (Files.exists(known)) {
          return Files.readString(known);
        }
      }
      String log = assemble(task);
      // Under its name only when it is whole: the next run believes it.
      Path whole = Files.createTempFile(remembered, "log", ".new");
      Files.writeString(whole, log);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
      return log;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Asks the assembler, whatever is remembered.
  static String assemble(Task task) {
    byte[] text = (task.ptx() + "\0").getBytes(StandardCharsets.US_ASCII);
    nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
    assertThat(JNvPTXCompiler.nvPTXCompilerCreate(compiler, text.length, text))
        .isEqualTo(nvPTXCompileResult.NVPTXCOMPILE_SUCCESS);
    try {
      int result =
          JNvPTXCompiler.nvPTXCompilerCompile(
              compiler, task.options().size(), task.options().toArray(String[]::new));
      long[] size = new long[1];
      if (result != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
        JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(compiler, size);
        byte[] log = new byte[(int) size[0] + 1];
        JNvPTXCompiler.nvPTXCompilerGetErrorLog(compiler, log);
        throw new AssertionError(task.options() + ": " + new String(log, StandardCharsets.US_ASCII).trim());
      }
      JNvPTXCompiler.nvPTXCompilerGetInfoLogSize(compiler, size);
      byte[] log = new byte[(int) size[0] + 1];
      JNvPTXCompiler.nvPTXCompilerGetInfoLog(compiler, log);
      return new String(log, StandardCharsets.US_ASCII);
    } finally {
      JNvPTXCompiler.nvPTXCompilerDestroy(compiler);
    }
  }

  /// Drops what has not been begun and waits for what has: the assembler's memory must not go before its threads.
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      assertThat(threads.awaitTermination(10, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
