package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.io.Npy;
import io.scorefield.io.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Files for TensorBoard, read back by a reader of the format that shares nothing with the writer.
class TensorBoardTest {
  @TempDir Path folder;

  /// @param number of a scalar
  /// @param picture of a picture, empty for others
  /// @param histogram of a histogram, empty for others
  private record Point(long step, String tag, float number, byte[] picture, long width, byte[] histogram) {}

  @Test
  void aRunCanBeReadBack() throws Exception {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
    Path run = folder.resolve("run");
    Path board = folder.resolve("board/one");
    Cli.run(
            Cli.small(
                "run", "circle", run, "--set", "train.epochs=4", "--set", "train.held-out=0.2", "--set", "guidance=[]", "--tensorboard",
                board.toString()))
        .ok();
    Path file = only(board);
    byte[] bytes = Files.readAllBytes(file);
    // How every file of TensorFlow begins: a record of 24 bytes, and the masked checksum of that length.
    assertThat(HexFormat.of().formatHex(bytes, 0, 12)).isEqualTo("1800000000000000a37f4b22");
    Map<String, List<Point>> points = new TreeMap<>();
    for (Point point : read(bytes)) {
      points.computeIfAbsent(point.tag(), tag -> new ArrayList<>()).add(point);
    }
    List<String> csv = Files.readAllLines(run.resolve("metrics.csv"));
    List<Point> losses = points.get("train/data-loss");
    assertThat(losses).hasSize(csv.size() - 1);
    for (int i = 0; i < losses.size(); i++) {
      String[] cells = csv.get(i + 1).split(",", -1);
      assertThat(losses.get(i).step()).isEqualTo(Long.parseLong(cells[0]));
      assertThat(losses.get(i).number()).isEqualTo((float) Double.parseDouble(cells[2]));
    }
    assertThat(points).containsKeys("train/learning-rate", "train/held-out-loss").doesNotContainKey("train/physics-loss");
    JsonNode metrics = Cli.json(run.resolve("summary.json")).path("metrics").path("plain");
    Point metric = points.get("metrics/plain/physical-loss").getFirst();
    assertThat(metric.number()).isEqualTo((float) metrics.path("physical-loss").path("value").asDouble());
    assertThat(metric.step()).isEqualTo(losses.getLast().step());
    Point picture = points.get("plots/loss").getFirst();
    assertThat(picture.picture()).isEqualTo(Files.readAllBytes(run.resolve("plots/loss.png")));
    assertThat(picture.width()).isEqualTo(780 * 3 / 2);
    weights(run, points);
    samples(run, points);
    readByTensorBoard(board, metric.number());
  }

  /// The last weights are those of the checkpoint, and the gradient's size is what Adam keeps of it.
  private static void weights(Path run, Map<String, List<Point>> points) throws IOException {
    Map<String, Safetensors.Tensor> tensors = Safetensors.read(run.resolve("checkpoint.safetensors")).tensors();
    for (String name : new String[] {"layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"}) {
      List<Point> all = points.get("weights/" + name);
      assertThat(all).hasSizeGreaterThan(2);
      holds(all.getLast().histogram(), tensors.get(name).values());
    }
    List<Point> norms = points.get("train/gradient-norm");
    double sum = 0;
    for (Map.Entry<String, Safetensors.Tensor> tensor : tensors.entrySet()) {
      for (float v : tensor.getKey().startsWith("adam.v.") ? tensor.getValue().values() : new float[0]) {
        sum += v;
      }
    }
    Point last = norms.getLast();
    assertThat(last.number()).isCloseTo((float) Math.sqrt(sum / (1 - Math.pow(0.999, last.step()))), within(1e-5f));
    assertThat(norms.stream().map(Point::step)).isSorted().doesNotHaveDuplicates();
  }

  private static void samples(Path run, Map<String, List<Point>> points) throws IOException {
    float[] samples = Npy.read(run.resolve("samples.npy")).values();
    for (int d = 0; d < 2; d++) {
      float[] column = new float[samples.length / 2];
      for (int i = 0; i < column.length; i++) {
        column[i] = samples[2 * i + d];
      }
      holds(points.get("samples/plain/" + (d == 0 ? "x" : "y")).getFirst().histogram(), column);
    }
  }

  /// A message HistogramProto is of these numbers.
  private static void holds(byte[] histogram, float[] values) {
    Fields fields = new Fields(histogram);
    double[] limits = doubles(fields.bytes.get(6));
    double[] counts = doubles(fields.bytes.get(7));
    double sum = 0;
    double squares = 0;
    double least = values[0];
    double[] below = new double[limits.length];
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
      least = Math.min(least, value);
      for (int b = 0; b < limits.length; b++) {
        below[b] += value < limits[b] ? 1 : 0;
      }
    }
    assertThat(Double.longBitsToDouble(fields.numbers.get(1))).isEqualTo(least);
    assertThat(Double.longBitsToDouble(fields.numbers.get(2))).isEqualTo(limits[limits.length - 1]);
    assertThat(Double.longBitsToDouble(fields.numbers.get(3))).isEqualTo(values.length);
    assertThat(Double.longBitsToDouble(fields.numbers.get(4))).isCloseTo(sum, within(1e-9 * values.length));
    assertThat(Double.longBitsToDouble(fields.numbers.get(5))).isCloseTo(squares, within(1e-9 * values.length));
    double total = 0;
    for (int b = 0; b < limits.length; b++) {
      total += counts[b];
      // A number at a limit itself may be on either side of it.
      assertThat(total).isCloseTo(b == limits.length - 1 ? values.length : below[b], within(1.0));
    }
    assertThat(total).isEqualTo(values.length);
    assertThat(counts).hasSameSizeAs(limits).hasSizeGreaterThan(10);
  }

  private static double[] doubles(byte[] packed) {
    double[] values = new double[packed.length / 8];
    ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
    return values;
  }

  /// By TensorBoard itself, where Python has it.
  private static void readByTensorBoard(Path board, float metric) throws Exception {
    String code =
        "import sys\ntry:\n from tensorboard.backend.event_processing.event_accumulator import EventAccumulator\n"
            + "except ImportError: sys.exit(77)\n"
            + "a = EventAccumulator(sys.argv[1]); a.Reload()\n"
            + "assert len(a.Images('plots/loss')) == 1\n"
            + "assert a.Histograms('samples/plain/x')[0].histogram_value.num == 200\n"
            + "print(repr(a.Scalars('metrics/plain/physical-loss')[0].value))";
    Process process;
    try {
      process = new ProcessBuilder("python3", "-B", "-c", code, board.toString()).start();
    } catch (IOException e) {
      return;
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int result = process.waitFor();
    if (result != 77) {
      assertThat(result).isZero();
      assertThat(Float.parseFloat(output)).isEqualTo(metric);
    }
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      assertThat(all.getFirst().getFileName().toString()).startsWith("events.out.tfevents.");
      return all.getFirst();
    }
  }

  private static List<Point> read(byte[] bytes) {
    List<Point> points = new ArrayList<>();
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (file.hasRemaining()) {
      int start = file.position();
      long length = file.getLong();
      assertThat(file.getInt()).isEqualTo(masked(bytes, start, 8));
      byte[] data = new byte[(int) length];
      file.get(data);
      assertThat(file.getInt()).isEqualTo(masked(bytes, start + 12, data.length));
      Fields event = new Fields(data);
      if (start == 0) {
        assertThat(new String(event.bytes.get(3), StandardCharsets.UTF_8)).isEqualTo("brain.Event:2");
        continue;
      }
      assertThat(Double.longBitsToDouble(event.numbers.get(1))).isGreaterThan(1.7e9);
      Fields value = new Fields(new Fields(event.bytes.get(5)).bytes.get(1));
      Fields image = new Fields(value.bytes.getOrDefault(4, new byte[0]));
      points.add(
          new Point(
              event.numbers.getOrDefault(2, 0L), new String(value.bytes.get(1), StandardCharsets.UTF_8),
              Float.intBitsToFloat(value.numbers.getOrDefault(2, 0L).intValue()),
              image.bytes.getOrDefault(4, new byte[0]), image.numbers.getOrDefault(2, 0L),
              value.bytes.getOrDefault(5, new byte[0])));
    }
    return points;
  }

  private static int masked(byte[] bytes, int from, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, count);
    long value = crc.getValue();
    return (int) ((value >> 15 | value << 17) + 0xa282ead8L);
  }

  /// The last value of every field of a protocol buffer.
  private static final class Fields {
    private final Map<Integer, Long> numbers = new TreeMap<>();
    private final Map<Integer, byte[]> bytes = new TreeMap<>();

    Fields(byte[] data) {
      ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
      while (in.hasRemaining()) {
        long key = varint(in);
        int field = (int) (key >> 3);
        switch ((int) (key & 7)) {
          case 0 -> numbers.put(field, varint(in));
          case 1 -> numbers.put(field, in.getLong());
          case 5 -> numbers.put(field, (long) in.getInt());
          case 2 -> {
            byte[] value = new byte[(int) varint(in)];
            in.get(value);
            bytes.put(field, value);
          }
          default -> throw new AssertionError("wire type of " + key);
        }
      }
    }

    private static long varint(ByteBuffer in) {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = in.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }
  }
}
