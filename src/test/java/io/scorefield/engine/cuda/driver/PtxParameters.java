package io.scorefield.engine.cuda.driver;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;

/// How long the parameters of kernels are, read from the PTX in the jar.
public final class PtxParameters {
  private PtxParameters() {}

  /// Skips or fails where the jar has no kernels.
  public static void require() {
    if (!Kernels.unavailable().isEmpty()) {
      if ("true".equals(System.getenv("CI"))) {
        Assertions.fail(Kernels.unavailable());
      }
      assumeTrue(false, Kernels.unavailable());
    }
  }

  /// The bytes of each parameter that is a struct.
  public static List<Integer> of(String file, String kernel) {
    String ptx = KernelCode.ptx(75, file);
    int from = ptx.indexOf(".entry " + kernel + "(");
    Matcher parameter =
        Pattern.compile("_param_\\d+\\[(\\d+)\\]").matcher(ptx.substring(from, ptx.indexOf(')', from)));
    List<Integer> sizes = new ArrayList<>();
    while (parameter.find()) {
      sizes.add(Integer.parseInt(parameter.group(1)));
    }
    return sizes;
  }
}
