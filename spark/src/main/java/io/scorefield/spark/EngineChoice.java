package io.scorefield.spark;

import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.Engines;
import io.scorefield.engine.cuda.CudaOptions;
import io.scorefield.engine.cuda.network.Precision;
import io.scorefield.engine.nativecpu.NativeOptions;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/// The engine of all tasks of a job. It is one engine for all of them: engines round differently, and a task that is run again on
/// another machine has to give the same samples.
///
/// @param name cuda, native or reference
/// @param threads of a task, at least 1
/// @param precision of sampling: float32, split, mixed or half
/// @param instructions of the native engine; empty: the best of each machine
public record EngineChoice(String name, int threads, String precision, String instructions) implements Serializable {
  private static final long serialVersionUID = 1L;

  /// Spark's usual name of the resource.
  private static final String GPU = "gpu";

  /// What a task works with: the choice, and the GPUs that Spark has given to it.
  ///
  /// @param devices numbers of CUDA devices; empty of CPU engines
  record OfTask(EngineChoice choice, List<Integer> devices) {
    Engine open() {
      CudaOptions cuda = CudaOptions.defaults().withPrecision(Precision.valueOf(choice.precision.toUpperCase(Locale.ROOT)));
      return Engines.open(
              choice.name, choice.threads, devices.isEmpty() ? cuda : cuda.withDevices(devices),
              new NativeOptions(choice.instructions, choice.precision.equals("half")))
          .engine();
    }
  }

  /// The engine asked for. With `auto` it is cuda where Spark gives GPUs to tasks (`spark.task.resource.gpu.amount`), else native.
  ///
  /// @param threads of a task; 0: as many as Spark gives to a task (`spark.task.cpus`)
  /// @throws ConfigException when there is no such engine
  public static EngineChoice of(SparkConf conf, String asked, int threads, String precision, String instructions) {
    require("--engine", asked, Engines.names());
    require("--precision", precision, Precision.keys());
    if (!instructions.isEmpty()) {
      require("--instructions", instructions, NativeOptions.INSTRUCTIONS);
    }
    if (threads < 0 || threads > 4096) {
      throw new ConfigException("cannot use " + threads + " threads; give 1 to 4096, or 0 for those of a task");
    }
    boolean gpus = conf.getDouble("spark.task.resource.gpu.amount", 0) > 0;
    String name = asked.equals(Engines.AUTO) ? gpus ? "cuda" : "native" : asked;
    if (name.equals("cuda") && !gpus && !conf.get("spark.master", "").startsWith("local")) {
      throw new ConfigException(
          "--engine cuda: Spark gives no GPU to tasks; set spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount "
              + "(docs/spark.md)");
    }
    if (name.equals("reference") && precision.equals("half")) {
      throw new ConfigException("--precision half goes with the engines native and cuda; the reference engine computes in double precision");
    }
    if (!instructions.isEmpty() && !name.equals("native")) {
      throw new ConfigException("--instructions goes with the engine native only");
    }
    return new EngineChoice(name, threads == 0 ? conf.getInt("spark.task.cpus", 1) : threads, precision, instructions);
  }

  private static void require(String option, String given, List<String> known) {
    if (!known.contains(given)) {
      throw new ConfigException("there is no " + option + " '" + given + "'" + Suggestion.of(given, known));
    }
  }

  /// The same for the task that calls this.
  ///
  /// @throws EngineException when the address of a GPU is not the number of a device
  OfTask ofTask() {
    if (!name.equals("cuda")) {
      return new OfTask(this, List.of());
    }
    TaskContext task = TaskContext.get();
    Map<String, ResourceInformation> resources = task == null ? Map.of() : task.resourcesJMap();
    if (!resources.containsKey(GPU)) {
      return new OfTask(this, List.of());
    }
    return new OfTask(this, List.of(resources.get(GPU).addresses()).stream().map(EngineChoice::device).toList());
  }

  private static int device(String address) {
    try {
      return Integer.parseInt(address.strip());
    } catch (NumberFormatException _) {
      throw new EngineException(
          "Spark's GPU has the address '" + address + "'; the discovery script must give numbers of CUDA devices, such as 0");
    }
  }
}
