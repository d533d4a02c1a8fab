package io.scorefield.cli;

import io.scorefield.bench.PowerMeter;
import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.engine.cuda.CudaOptions;
import io.scorefield.engine.cuda.network.Precision;
import io.scorefield.engine.cuda.network.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// The options of the CUDA engine; the precision is the native engine's as well.
final class CudaArguments {
  private static final String DEFAULTS = "--devices 0 --kernels auto --precision mixed";

  @Option(
      names = "--devices",
      paramLabel = "N",
      split = ",",
      defaultValue = "0",
      description = "CUDA devices to sample on, by number, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<Integer> devices = new ArrayList<>();

  @Option(
      names = "--kernels",
      paramLabel = "KERNELS",
      defaultValue = "auto",
      description =
          "CUDA kernels: auto, portable, plain, fused, tensor, layers or cublas (default: ${DEFAULT-VALUE}).")
  private String kernels;

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      defaultValue = "mixed",
      description =
          "Sampling on CUDA: float32, or on tensor cores split (float32-like), mixed (errors of about 2e-5) or half "
              + "(1e-3). On native: half rounds to bfloat16, the others are float32 (default: ${DEFAULT-VALUE}).")
  private String precision;

  /// @throws ConfigException when they make no sense
  CudaOptions read() {
    require("--kernels", kernels, Route.keys());
    require("--precision", precision, Precision.keys());
    if (devices.isEmpty() || devices.stream().distinct().count() < devices.size()) {
      throw new ConfigException("--devices must name each device once, such as 0,1");
    }
    return CudaOptions.defaults()
        .withDevices(devices)
        .withRoute(Route.valueOf(kernels.toUpperCase(Locale.ROOT)))
        .withPrecision(Precision.valueOf(precision.toUpperCase(Locale.ROOT)));
  }

  /// How to read the power of the devices: by nvidia-smi, which numbers them without regard to CUDA_VISIBLE_DEVICES.
  PowerMeter.Source power(Map<String, String> environment) {
    String visible = environment.getOrDefault("CUDA_VISIBLE_DEVICES", "");
    String[] named = visible.isBlank() ? new String[0] : visible.split(",");
    String ids =
        devices.stream()
            .map(number -> number >= 0 && number < named.length ? named[number].strip() : String.valueOf(number))
            .collect(Collectors.joining(","));
    return new PowerMeter.Source(
        List.of("nvidia-smi", "--query-gpu=power.draw", "--format=csv,noheader,nounits", "-i", ids, "-lms", "100"),
        devices.size());
  }

  /// The precision of sampling that was asked for.
  String precision() {
    return precision;
  }

  /// Whether half precision was asked for.
  boolean half() {
    return precision.equals(Precision.HALF.name().toLowerCase(Locale.ROOT));
  }

  /// Whether any of them was given that concerns the CUDA engine alone.
  ///
  /// @param engine the engine that is used instead
  boolean givenInVain(String engine) {
    String given = engine.equals("native") && half() ? toString().replace("half", "mixed") : toString();
    return !given.equals(DEFAULTS);
  }

  private static void require(String option, String given, List<String> known) {
    if (!known.contains(given)) {
      throw new ConfigException("there is no " + option + " '" + given + "'" + Suggestion.of(given, known));
    }
  }

  /// As they would be typed, for reports.
  @Override
  public String toString() {
    String numbers = String.join(",", devices.stream().map(String::valueOf).toList());
    return "--devices " + numbers + " --kernels " + kernels + " --precision " + precision;
  }
}
