package io.scorefield.engine.reference;

import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Program;
import io.scorefield.network.program.Row;
import io.scorefield.network.program.Weights;
import java.util.Arrays;

/// Executes the rows of a network program for one sample: each operation as its definition says, nothing else.
///
/// A value is [positions, width].
final class ProgramRunner {
  /// The numbers of a sample that a program reads and writes.
  interface Ports {
    double read(Port.Channel channel, int number);

    void write(Port.Channel channel, int number, double value);
  }

  private final Program program;
  private final float[] parameters;
  private final double[][] values;

  ProgramRunner(Program program, float[] parameters) {
    this.program = program;
    this.parameters = parameters;
    values = new double[program.rows().size()][];
  }

  /// @param which rows
  /// @param gradient to which that of the parameters is added, where the rows have one
  void run(boolean[] which, double[] gradient, Ports ports) {
    for (int i = 0; i < which.length; i++) {
      if (which[i]) {
        Row row = program.rows().get(i);
        if (values[i] == null && !row.operation().sink()) {
          values[i] = new double[row.size()];
        }
        run(row, values[i], gradient, ports);
      }
    }
  }

  private void run(Row row, double[] y, double[] gradient, Ports ports) {
    double[] a = row.first() < 0 ? null : values[row.first()];
    double[] b = row.second() < 0 ? null : values[row.second()];
    int width = row.width();
    switch (row.operation()) {
      case INPUT -> forEach(row, (port, at, number) -> y[at] = ports.read(port.channel(), number));
      case OUTPUT -> forEach(row, (port, at, number) -> ports.write(port.channel(), number, a[at]));
      case CONSTANT -> System.arraycopy(((Row.Numbers) row.attachment()).values(), 0, y, 0, y.length);
      case LINEAR -> linear(row, a, y);
      case LINEAR_TRANSPOSED -> linearTransposed(row, a, y);
      case WEIGHT_GRADIENT -> weightGradient(row, a, b, gradient);
      case GATHER -> {
        Links links = (Links) row.attachment();
        for (int p = 0; p < row.space().positions(); p++) {
          for (int f = 0; f < width; f++) {
            y[p * width + f] = links.get(p) < 0 ? 0 : a[links.get(p) * width + f];
          }
        }
      }
      case SEGMENT_SUM -> {
        Links links = (Links) row.attachment();
        Arrays.fill(y, 0);
        for (int p = 0; p < links.to().positions(); p++) {
          for (int f = 0; f < width && links.get(p) >= 0; f++) {
            y[links.get(p) * width + f] += a[p * width + f];
          }
        }
      }
      case ROW_SUM -> {
        int features = a.length / y.length;
        for (int p = 0; p < y.length; p++) {
          y[p] = 0;
          for (int f = 0; f < features; f++) {
            y[p] += a[p * features + f];
          }
        }
      }
      case SPREAD -> {
        for (int i = 0; i < y.length; i++) {
          y[i] = a[i / width];
        }
      }
      default -> {
        for (int i = 0; i < y.length; i++) {
          y[i] = row.operation().value(a[i], b == null ? 0 : b[i], row.immediate());
        }
      }
    }
  }

  private interface NumberUse {
    void use(Port port, int at, int number);
  }

  private static void forEach(Row row, NumberUse use) {
    Port port = row.port();
    for (int p = 0; p < row.space().positions(); p++) {
      for (int f = 0; f < row.width(); f++) {
        use.use(port, p * row.width() + f, port.offset() + p * port.positionStride() + f * port.featureStride());
      }
    }
  }

  private void linear(Row row, double[] x, double[] y) {
    Weights weights = row.weights();
    int in = weights.in();
    int out = weights.out();
    for (int p = 0; p < row.space().positions(); p++) {
      for (int o = 0; o < out; o++) {
        double sum = weights.bias().isPresent() ? parameters[weights.bias().get().offset() + o] : 0;
        for (int i = 0; i < in; i++) {
          sum += parameters[weights.weight().offset() + o * in + i] * x[p * in + i];
        }
        y[p * out + o] = sum;
      }
    }
  }

  private void linearTransposed(Row row, double[] x, double[] y) {
    Weights weights = row.weights();
    int in = weights.in();
    int out = weights.out();
    Arrays.fill(y, 0);
    for (int p = 0; p < row.space().positions(); p++) {
      for (int o = 0; o < out; o++) {
        for (int i = 0; i < in; i++) {
          y[p * in + i] += parameters[weights.weight().offset() + o * in + i] * x[p * out + o];
        }
      }
    }
  }

  private static void weightGradient(Row row, double[] a, double[] b, double[] gradient) {
    Weights weights = row.weights();
    int in = weights.in();
    int out = weights.out();
    for (int p = 0; p < row.space().positions(); p++) {
      for (int o = 0; o < out; o++) {
        for (int i = 0; i < in; i++) {
          gradient[weights.weight().offset() + o * in + i] += a[p * out + o] * b[p * in + i];
        }
        if (weights.bias().isPresent()) {
          gradient[weights.bias().get().offset() + o] += a[p * out + o];
        }
      }
    }
  }
}
