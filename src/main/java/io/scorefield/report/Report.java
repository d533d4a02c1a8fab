package io.scorefield.report;

import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.io.AtomicFile;
import io.scorefield.io.Rounded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// report.html: one self-contained page with configuration, metrics, pictures and provenance.
public final class Report {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /// Pictures in the order of the page, with their captions.
  private static final Map<String, String> PICTURES = new LinkedHashMap<>();

  static {
    PICTURES.put(
        "samples.png", "Samples (blue) over the training points (orange), one method a panel.");
    PICTURES.put(
        "tradeoff.png",
        "Residual against the uniformity of the angles; a line joins the strengths of one method, "
            + "in the order of the configuration.");
    PICTURES.put(
        "molecules.png",
        "True molecules and samples. Bonds follow from distances; stable are those all of whose atoms have the usual number of bonds.");
    PICTURES.put("crystals.png", "True crystals and samples, a cell each; atoms at its faces and corners are shown at all of them.");
    PICTURES.put(
        "configurations.png",
        "True configurations (orange) and samples (blue) with their energies; lines join near pairs.");
    PICTURES.put(
        "pair-energy.png",
        "Energy of a pair over its distance: learned at low noise (lines) over the true one (orange).");
    PICTURES.put(
        "histograms.png",
        "Energies of configurations and distances of all pairs: samples (lines) over the truth (filled).");
    PICTURES.put(
        "thermodynamics.png",
        "Energy, heat capacity, free energy and entropy over the temperature: samples (dots with two standard errors; "
            + "diamonds where the network was not trained) over the truth (line).");
    PICTURES.put("walkers.png", "Walkers at the end of the simulation, and the exact density where it is known.");
    PICTURES.put("course.png", "The course of the simulation: means over the walkers with two standard errors (blue), and the equilibrium at "
            + "the temperature of the moment where it is known (orange).");
    PICTURES.put("passage-times.png", "When walkers were absorbed.");
    PICTURES.put("fields.png", "The fields of samples, and, with a law for them, its residuals.");
    PICTURES.put(
        "conditions.png",
        "Fields under two different conditions: true ones, and samples of the model.");
    PICTURES.put(
        "solver.png",
        "Samples, and what the solver of the law gives for the same coefficients.");
    PICTURES.put(
        "posterior.png",
        "The inverse problem: the prior, the first measurement, and the samples of its posterior.");
    PICTURES.put("reverse-process.gif", "The reverse process: from noise to samples.");
    PICTURES.put(
        "trajectories.png", "The paths of some samples from noise (rings) to sample (dots).");
    PICTURES.put(
        "score-field.png",
        "The score as the network estimates it (arrows: direction, and the square root of the "
            + "length) over the density of the noised data.");
    PICTURES.put(
        "density.png",
        "The density of the model, by its probability flow, beside the true one, in one scale: the shade goes with the square "
            + "root. Where the true one is not known, with the data.");
    PICTURES.put("forward-process.png", "The forward process: data turning into noise.");
    PICTURES.put("loss.png", "The training loss.");
    PICTURES.put(
        "levels.png",
        "By noise level, at moments of the training: the error of the estimate of x_0, and the residual there.");
    PICTURES.put(
        "bound.png",
        "The variational bound by noise level, for three variances of the model's steps: what the step from a level costs, and "
            + "the sum of all steps down to it. bound.csv has the numbers with standard errors, and L_0 and L_T.");
    PICTURES.put("schedule.png", "The noise schedule.");
  }

  private static final String STYLE =
      """
      :root { color-scheme: light; }
      body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff;
             max-width: 1120px; margin: 2rem auto; padding: 0 1.5rem; }
      h1 { font-size: 1.7rem; margin-bottom: .2rem; }
      h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid #ddd; }
      .lead { color: #555; margin-top: 0; }
      .scroll { overflow-x: auto; margin-bottom: 1.2rem; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .93rem; }
      th, td { white-space: nowrap; text-align: right; padding: .3rem .8rem; border-bottom: 1px solid #e6e6e6; }
      th:first-child, td:first-child { text-align: left; }
      thead th { border-bottom: 2px solid #bbb; vertical-align: bottom; }
      .floor { color: #666; }
      .failed { color: #a40; }
      .error { color: #666; font-size: .85em; }
      figure { margin: 1.5rem 0; } img { max-width: min(100%, 1080px); max-height: 640px; }
      figcaption { color: #555; font-size: .92rem; }
      pre { background: #f6f6f6; padding: 1rem; overflow-x: auto; font-size: .85rem; }
      """;

  private static final int MOST_COLUMNS = 4;

  private Report() {}

  /// The value of every metric in words.
  private static final Map<String, String> MEANINGS =
      Map.ofEntries(
          Map.entry("physical-loss", "mean distance from the law, |r|"),
          Map.entry("physical-loss-p99", "99th percentile of |r|"),
          Map.entry("sliced-wasserstein-2", "sliced 2-Wasserstein distance to the truth"),
          Map.entry("energy-distance", "energy distance to the truth"),
          Map.entry("rbf-mmd", "maximum mean discrepancy to the truth"),
          Map.entry("nearest-training-distance", "mean distance to the nearest training point"),
          Map.entry("asked-class-share", "share of samples whose most likely class is the one asked for"),
          Map.entry("memorised-share", "share of samples much nearer to one training point than to any other"),
          Map.entry("kuiper", "Kuiper statistic of the angles (0: uniform, 1: a single angle)"),
          Map.entry("data-misfit", "distance from the measurements, in units of their noise"),
          Map.entry("data-misfit-largest", "largest distance from a measurement"),
          Map.entry("coverage-90", "share of true components within the central 90 % of the samples"),
          Map.entry("largest-deviation", "farthest that a sample lies from the mean of the data, in standard deviations"),
          Map.entry("mean-error", "distance of the mean from the truth, in standard deviations of the data"),
          Map.entry("posterior-mean-error", "error of the mean against the exact posterior"),
          Map.entry("posterior-covariance-error", "error of the covariance against the exact posterior"),
          Map.entry("posterior-total-variation", "total variation from the exact posterior"),
          Map.entry("energy-wasserstein-1", "1-Wasserstein distance of the energies to the truth's"),
          Map.entry("energy-wasserstein-2", "2-Wasserstein distance of the energies to the truth's"),
          Map.entry("energy-total-variation", "total variation of the energies from the truth's (100 bins)"),
          Map.entry("energy-median", "median energy"),
          Map.entry("energy-mean", "mean energy"),
          Map.entry("high-energy-share", "share of samples above the 99.9 % quantile of the true energies"),
          Map.entry("no-energy-share", "share of samples without a finite energy"),
          Map.entry("distance-wasserstein-2", "2-Wasserstein distance of the pair distances to the truth's"),
          Map.entry("distance-total-variation", "total variation of the pair distances from the truth's (200 bins)"),
          Map.entry("effective-share", "effective share of the flow's samples, weighted with p / q"),
          Map.entry("effective-share-by-truth", "the same by the weights of true samples, which know all modes"),
          Map.entry("largest-weight-share", "largest weight over the sum of all"),
          Map.entry("negative-log-likelihood", "negative log-likelihood of true samples, in nats"),
          Map.entry("bits-per-dimension", "the same in bits per dimension"),
          Map.entry("kullback-leibler", "Kullback-Leibler divergence of the model from the truth, in nats"),
          Map.entry("bound", "variational bound on the negative log-likelihood, in nats"),
          Map.entry("bound-above-entropy", "how far the bound lies above the truth's entropy, in nats"),
          Map.entry("bound-prior", "L_T of the bound: what the prior misses"),
          Map.entry("bound-steps", "sum of the L_t of the bound: what the steps miss"),
          Map.entry("bound-reconstruction", "L_0 of the bound: the data at the least noise"),
          Map.entry("bound-draw-deviation", "deviation of the bound's estimate from one example of the training, in nats"),
          Map.entry("energy", "mean energy U"),
          Map.entry("heat-capacity", "heat capacity, Var(U) / T^2"),
          Map.entry("virial-temperature", "virial x . grad U / D, which is T in equilibrium"),
          Map.entry("entropy", "differential entropy S"),
          Map.entry("free-energy", "free energy F = U - T S"),
          Map.entry("entropy-production", "entropy production by the forces, a unit of time"),
          Map.entry("passage-time", "mean time until absorption"),
          Map.entry("absorbed-share", "share of walkers absorbed"),
          Map.entry("acceptance", "share of proposals accepted"),
          Map.entry("training-seconds", "seconds of training"),
          Map.entry("sampling-seconds", "seconds of sampling"));

  /// Writes the page.
  ///
  /// @param title the experiment's name
  /// @param lead a sentence below the title
  /// @param metrics by method
  /// @param failed messages of what failed, by name
  /// @param dataNotes lines about the data
  /// @param configuration YAML
  /// @param provenance a tree for JSON
  public static void write(
      RunFolder folder,
      String title,
      String lead,
      Map<String, Map<String, MetricValue>> metrics,
      Map<String, String> failed,
      List<String> dataNotes,
      String metricsNote,
      String configuration,
      Map<String, Object> provenance)
      throws IOException {
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.append("<title>").append(escape(title)).append(" - Scorefield</title>\n<style>\n");
    page.append(STYLE).append("</style>\n</head>\n<body>\n<h1>").append(escape(title));
    page.append("</h1>\n<p class=\"lead\">").append(escape(lead)).append("</p>\n");
    failed.forEach(
        (name, message) ->
            page.append("<p class=\"failed\">").append(escape(name + " failed: " + message)).append("</p>\n"));
    if (!dataNotes.isEmpty()) {
      page.append("<h2>Data</h2>\n");
      dataNotes.forEach(note -> page.append("<p>").append(escape(note)).append("</p>\n"));
    }
    if (metrics.values().stream().anyMatch(values -> !values.isEmpty())) {
      page.append("<h2>Metrics</h2>\n<p>").append(escape(metricsNote)).append("</p>\n");
      tables(metrics).forEach(methods -> page.append(metricsTable(methods)));
    }
    StructureView.section(folder.plots()).ifPresent(page::append);
    page.append("<h2>Pictures</h2>\n");
    for (Map.Entry<String, String> picture : PICTURES.entrySet()) {
      Path file = folder.plots().resolve(picture.getKey());
      if (Files.exists(file)) {
        page.append(figure(file, picture.getValue()));
      }
    }
    page.append("<h2>Configuration</h2>\n<pre>").append(escape(configuration)).append("</pre>\n");
    page.append("<h2>Provenance</h2>\n<pre>");
    page.append(escape(JSON.writeValueAsString(provenance))).append("</pre>\n</body>\n</html>\n");
    AtomicFile.writeString(folder.report(), page.toString());
  }

  private static String figure(Path file, String caption) throws IOException {
    String type = file.toString().endsWith(".gif") ? "image/gif" : "image/png";
    String data = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    return "<figure><img alt=\"" + escape(caption) + "\" src=\"data:" + type + ";base64," + data
        + "\"><figcaption>" + escape(caption) + "</figcaption></figure>\n";
  }

  /// Methods that have metrics in common, as those of an inverse problem have, are one table.
  private static List<Map<String, Map<String, MetricValue>>> tables(
      Map<String, Map<String, MetricValue>> metrics) {
    List<Map<String, Map<String, MetricValue>>> tables = new ArrayList<>();
    metrics.forEach(
        (method, values) ->
            tables.stream()
                .filter(
                    table ->
                        values.isEmpty()
                            || table.values().stream().anyMatch(v -> !Collections.disjoint(v.keySet(), values.keySet())))
                .findFirst()
                .orElseGet(
                    () -> {
                      tables.add(new LinkedHashMap<>());
                      return tables.getLast();
                    })
                .put(method, values));
    return tables;
  }

  /// Metrics down and methods across, or the other way round where there are many methods.
  private static String metricsTable(Map<String, Map<String, MetricValue>> metrics) {
    // Of every metric the floor of the first method that has it; methods need not have the same.
    Map<String, MetricValue> first = new LinkedHashMap<>();
    metrics.values().forEach(values -> values.forEach(first::putIfAbsent));
    List<String> names = List.copyOf(first.keySet());
    List<String> methods = List.copyOf(metrics.keySet());
    List<List<String>> rows = new ArrayList<>();
    if (methods.size() <= MOST_COLUMNS) {
      rows.add(header("metric", methods, "noise floor"));
      for (String name : names) {
        List<String> row = new ArrayList<>(List.of(escape(meaning(name))));
        methods.forEach(method -> row.add(cell(metrics.get(method).get(name))));
        row.add(floor(first.get(name)));
        rows.add(row);
      }
    } else {
      rows.add(header("method", names, ""));
      for (String method : methods) {
        List<String> row = new ArrayList<>(List.of(escape(method)));
        names.forEach(name -> row.add(cell(metrics.get(method).get(name))));
        rows.add(row);
      }
      List<String> floors = new ArrayList<>(List.of("<span class=\"floor\">noise floor</span>"));
      names.forEach(name -> floors.add(floor(first.get(name))));
      rows.add(floors);
    }
    return table(rows);
  }

  private static String meaning(String metric) {
    String counted = "short-pairs-";
    return metric.startsWith(counted)
        ? "share of samples with " + metric.substring(counted.length()) + " short pairs"
        : MEANINGS.getOrDefault(metric, metric);
  }

  private static List<String> header(String corner, List<String> columns, String last) {
    List<String> header = new ArrayList<>(List.of(corner));
    columns.forEach(column -> header.add(escape(column)));
    if (!last.isEmpty()) {
      header.add(last);
    }
    return header;
  }

  private static String cell(MetricValue value) {
    return value == null
        ? ""
        : Rounded.value(value.value())
            + (value.standardError() == 0
                ? ""
                : " <span class=\"error\">&plusmn; " + Rounded.error(value.standardError()) + "</span>");
  }

  private static String floor(MetricValue value) {
    return "<span class=\"floor\">" + Rounded.number(value.noiseFloor()) + "</span>";
  }

  /// A table of HTML cells; the first row is the header.
  private static String table(List<List<String>> rows) {
    StringBuilder table = new StringBuilder("<div class=\"scroll\"><table>\n");
    for (int i = 0; i < rows.size(); i++) {
      String tag = i == 0 ? "th" : "td";
      table.append(i == 0 ? "<thead><tr>" : "<tr>");
      for (String cell : rows.get(i)) {
        table.append('<').append(tag).append('>').append(cell);
        table.append("</").append(tag).append('>');
      }
      table.append(i == 0 ? "</tr></thead>\n<tbody>\n" : "</tr>\n");
    }
    return table.append("</tbody></table></div>\n").toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }
}
