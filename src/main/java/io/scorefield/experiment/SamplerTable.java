package io.scorefield.experiment;

import io.scorefield.experiment.SamplerComparison.Entry;
import io.scorefield.io.AtomicFile;
import io.scorefield.plot.Figures;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A comparison of samplers as a table, a file and a picture.
///
/// @param title what was sampled, for the picture
public record SamplerTable(String title, SamplerComparison.Table table) {
  /// A sampler has reached the floor within so many times of it.
  public static final double REACHED = 1.5;

  /// One line a sampler, one column a number of evaluations; `*` within {@value #REACHED} times of the floor.
  public void print(PrintWriter out) {
    List<String> samplers = table.entries().stream().map(Entry::sampler).distinct().toList();
    List<Integer> columns = table.entries().stream().map(Entry::evaluations).distinct().sorted().toList();
    int width = Math.max(12, 1 + samplers.stream().mapToInt(String::length).max().orElse(0));
    out.printf(Locale.ROOT, "%-" + width + "s", "evaluations");
    columns.forEach(column -> out.printf(Locale.ROOT, "%19d", column));
    out.println();
    for (String sampler : samplers) {
      out.printf(Locale.ROOT, "%-" + width + "s", sampler);
      for (int column : columns) {
        out.printf(Locale.ROOT, "%19s", entry(sampler, column).map(this::text).orElse("-"));
      }
      out.println();
    }
    out.printf(
        Locale.ROOT, "%nsliced Wasserstein-2 distance; true points have %.4f +- %.4f from others (the floor)%n", table.floor(),
        table.floorError());
    out.printf(Locale.ROOT, "within %.1f times of the floor (*) with the fewest evaluations: %s%n", REACHED, fewest());
    // A reason may begin with the name, as that of a setting does.
    table.refused().forEach(
        (sampler, reason) -> out.println("without " + (reason.startsWith(sampler + ": ") ? "" : sampler + ": ") + reason));
  }

  private String text(Entry entry) {
    if (Double.isInfinite(entry.distance())) {
      return "not finite";
    }
    String form = entry.distance() < 1000 ? "%.4f +- %.4f%s" : "%.3g +- %.2g%s";
    return String.format(Locale.ROOT, form, entry.distance(), entry.error(), reached(entry) ? "*" : " ");
  }

  private boolean reached(Entry entry) {
    return entry.distance() <= REACHED * table.floor();
  }

  private Optional<Entry> entry(String sampler, int evaluations) {
    return table.entries().stream()
        .filter(entry -> entry.sampler().equals(sampler) && entry.evaluations() == evaluations)
        .findFirst();
  }

  /// The samplers that need least, in words.
  private String fewest() {
    Optional<Integer> least =
        table.entries().stream().filter(this::reached).map(Entry::evaluations).min(Comparator.naturalOrder());
    return least
        .map(
            n ->
                String.join(
                        ", ",
                        table.entries().stream()
                            .filter(entry -> entry.evaluations() == n && reached(entry))
                            .sorted(Comparator.comparingDouble(Entry::distance))
                            .map(Entry::sampler)
                            .toList())
                    + " with " + n)
        .orElse("none");
  }

  /// Writes NAME.csv, NAME.png and NAME.svg. docs/formats.md describes them.
  public void write(Path folder, String name) throws IOException {
    StringBuilder csv = new StringBuilder("sampler,evaluations,used,distance,error,floor,floor-error\n");
    for (Entry entry : table.entries()) {
      csv.append(
          String.format(
              Locale.ROOT, "%s,%d,%d,%.6g,%.3g,%.6g,%.3g%n", entry.sampler(), entry.evaluations(), entry.used(),
              entry.distance(), entry.error(), table.floor(), table.floorError()));
    }
    AtomicFile.writeString(folder.resolve(name + ".csv"), csv.toString());
    List<Figures.Curve> curves =
        table.entries().stream()
            .map(Entry::sampler)
            .distinct()
            .map(this::curve)
            .filter(curve -> curve.x().length > 0)
            .toList();
    if (!curves.isEmpty()) {
      Figures.convergence(title, curves, table.floor()).write(folder, name);
    }
  }

  private Figures.Curve curve(String sampler) {
    List<Entry> own =
        table.entries().stream()
            .filter(entry -> entry.sampler().equals(sampler) && Double.isFinite(entry.distance()))
            .toList();
    return new Figures.Curve(
        sampler, own.stream().mapToDouble(Entry::used).toArray(), own.stream().mapToDouble(Entry::distance).toArray());
  }
}
