package io.scorefield.live;

import io.scorefield.experiment.Draw;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Draws of samples that pages can fetch: the last few. A page asks for the components that it shows.
final class Drawn {
  private static final int KEPT = 4;
  private static final int BINS = 40;

  private record Kept(long id, List<float[]> states, int count, int dimension) {}

  private final ArrayDeque<Kept> kept = new ArrayDeque<>();
  private long last;

  /// Keeps arrays of states.
  ///
  /// @param states [frames][count, dimension]
  /// @return its number in requests
  synchronized long keep(List<float[]> states, int count, int dimension) {
    kept.add(new Kept(++last, states, count, dimension));
    if (kept.size() > KEPT) {
      kept.poll();
    }
    return last;
  }

  /// Keeps a draw, and says of it what a page shows beside the picture.
  Map<String, Object> tree(Draw draw, int dimension) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("id", keep(draw.states(), draw.count(), dimension));
    tree.put("count", draw.count());
    tree.put("times", draw.times());
    tree.put("evaluations", draw.evaluations());
    tree.put("seconds", draw.seconds());
    if (draw.residuals().length > 0) {
      put(tree, "residual", draw.residual());
      double[] sorted = draw.residuals().clone();
      Arrays.sort(sorted);
      put(tree, "median", sorted[sorted.length / 2]);
      tree.put("histogram", histogram(draw.residuals()));
    }
    return tree;
  }

  /// JSON has no infinite numbers.
  private static void put(Map<String, Object> tree, String name, double value) {
    if (Double.isFinite(value)) {
      tree.put(name, value);
    }
  }

  /// Counts in bins that are evenly wide in the logarithm: residuals differ by factors.
  static Map<String, Object> histogram(double[] residuals) {
    List<Double> finite = new ArrayList<>();
    for (double r : residuals) {
      if (r > 0 && Double.isFinite(r)) {
        finite.add(Math.log10(r));
      }
    }
    if (finite.isEmpty()) {
      return Map.of("low", 0, "high", 0, "counts", List.of());
    }
    double low = finite.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double high = Math.max(low + 1e-6, finite.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    int[] counts = new int[BINS];
    finite.forEach(value -> counts[(int) Math.min(BINS - 1, (value - low) / (high - low) * BINS)]++);
    return Map.of("low", low, "high", high, "counts", counts);
  }

  /// Answers with some samples of a draw as structures in space; the draw 0 are the points of the training.
  Answer structures(Shapes shapes, float[] data, Map<String, String> query) {
    long id = Long.parseLong(query.getOrDefault("id", "0"));
    List<float[]> states = id == 0 ? List.of(data) : states(id);
    return states.isEmpty() ? gone() : shapes.answer(states, query);
  }

  private synchronized List<float[]> states(long id) {
    return kept.stream().filter(one -> one.id() == id).findFirst().map(Kept::states).orElse(List.of());
  }

  private static Answer gone() {
    return Answer.refused(410, "these samples are no longer kept");
  }

  /// Answers with some components of a draw as float32, little-endian: [frames][count][components asked for].
  ///
  /// @param query `id`; `components`, numbers with commas, or `from` and `to` for a stretch of them; `count`, the first samples
  ///     only; `frames`: last for the samples alone
  synchronized Answer answer(Map<String, String> query) {
    long id = Long.parseLong(query.getOrDefault("id", "0"));
    Kept draw = kept.stream().filter(one -> one.id() == id).findFirst().orElse(null);
    return draw == null
        ? gone()
        : Answer.bytes(bytes(query.getOrDefault("frames", "all").equals("last") ? List.of(draw.states().getLast()) : draw.states(),
            draw.count(), draw.dimension(), query));
  }

  static byte[] bytes(List<float[]> states, int all, int dimension, Map<String, String> query) {
    int[] components = components(query, dimension);
    int count = Math.clamp(Integer.parseInt(query.getOrDefault("count", Integer.toString(all))), 0, all);
    int size = Math.multiplyExact(Math.multiplyExact(states.size(), count), Math.multiplyExact(components.length, Float.BYTES));
    ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] frame : states) {
      for (int i = 0; i < count; i++) {
        for (int component : components) {
          buffer.putFloat(frame[i * dimension + component]);
        }
      }
    }
    return buffer.array();
  }

  private static int[] components(Map<String, String> query, int dimension) {
    String asked = query.get("components");
    int[] components =
        asked != null
            ? List.of(asked.split(",")).stream().mapToInt(Integer::parseInt).toArray()
            : IntStream.range(
                    Integer.parseInt(query.getOrDefault("from", "0")),
                    Integer.parseInt(query.getOrDefault("to", Integer.toString(dimension))))
                .toArray();
    for (int component : components) {
      if (component < 0 || component >= dimension) {
        throw new IllegalArgumentException("there is no component " + component + "; there are " + dimension);
      }
    }
    return components;
  }
}
