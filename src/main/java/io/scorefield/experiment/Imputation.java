package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.experiment.model.Model;
import io.scorefield.io.AtomicFile;
import io.scorefield.io.IncompleteTable;
import io.scorefield.io.TableColumn;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.StoppedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Fills the missing cells of a table with samples of a model under the cells that are there: of each row the posterior of an
/// inverse problem that measures its known components.
///
/// Cells that are there stay as the file has them. Draw k of row i is sample i * draws + k of the seed, whatever the other
/// rows are.
///
/// @param draws how often each row is written, with other samples in its missing cells
public record Imputation(Engine engine, Model model, Network network, Reporter reporter, int draws, long seed) {
  /// How far a sample may be from what is known, in deviations of the component, while it takes shape; in the end it is it.
  private static final double TOLERANCE = 0.02;

  /// Of a solver, each of which goes back through the network.
  private static final int MOST_ITERATIONS = 20;

  public Imputation {
    if (!model.told().isEmpty() || model.diffuser().scaling().frame().conditions() > 0) {
      throw new ConfigException(
          "this network is told conditions; missing cells are filled by a network that makes all columns (data.conditions: [])");
    }
    if (model.diffuser().scaling().frame().centred().isPresent()) {
      throw new ConfigException("this network makes particles without their mean, of which no cell alone is known");
    }
  }

  /// Writes the table with all cells of the model's components filled; other columns stay as they are.
  ///
  /// @return how many cells were missing
  public long write(IncompleteTable table, Path out) throws IOException {
    List<TableColumn> columns = model.layout().columns();
    int[] places = new int[columns.size()];
    for (int c = 0; c < places.length; c++) {
      places[c] = table.column(columns.get(c).name());
    }
    long missing = 0;
    try (AtomicFile file = AtomicFile.open(out)) {
      write(file, IncompleteTable.line(table.names()));
      for (int i = 0; i < table.rows().size(); i++) {
        if (reporter.stopRequested()) {
          throw new StoppedException("stopped; the table was not written");
        }
        OptionalDouble[] known = new OptionalDouble[model.dimension()];
        int unknown = 0;
        int d = 0;
        for (int c = 0; c < places.length; c++) {
          int width = columns.get(c).components();
          Optional<double[]> cell = table.components(i, places[c], columns.get(c));
          for (int e = 0; e < width; e++, d++) {
            known[d] = cell.isPresent() ? OptionalDouble.of(cell.get()[e]) : OptionalDouble.empty();
          }
          unknown += cell.isEmpty() ? width : 0;
          missing += cell.isEmpty() ? 1 : 0;
        }
        float[] samples = unknown == 0 ? new float[0] : samples(i, known, unknown);
        for (int k = 0; k < draws; k++) {
          write(file, IncompleteTable.line(filled(table.rows().get(i), places, known, samples, k * known.length)));
        }
        reporter.progress("impute", i + 1L, table.rows().size(), "rows", "");
      }
      file.commit();
    }
    return missing;
  }

  private static void write(AtomicFile file, String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    file.write(bytes, 0, bytes.length);
  }

  /// The cells of a row with those that are missing taken from the sample at a place.
  private List<String> filled(List<String> row, int[] places, OptionalDouble[] known, float[] samples, int at) {
    List<String> cells = new ArrayList<>(row);
    double[] origin = model.diffuser().scaling().origin();
    int from = 0;
    for (int c = 0; c < places.length; c++) {
      TableColumn column = model.layout().columns().get(c);
      int end = from + column.components();
      if (known[from].isEmpty()) {
        cells.set(
            places[c],
            column.text(Arrays.copyOfRange(samples, at + from, at + end), Arrays.copyOfRange(origin, from, end)));
      }
      from = end;
    }
    return cells;
  }

  private float[] samples(int row, OptionalDouble[] known, int unknown) throws IOException {
    int dimension = known.length;
    Optional<Constraint> law = unknown == dimension ? Optional.empty() : Optional.of(law(known, dimension - unknown));
    Guidance guidance =
        law.isEmpty()
            ? new Guidance.None()
            : new Guidance.Posterior(TOLERANCE, Math.min(MOST_ITERATIONS, dimension - unknown));
    Diffuser diffuser = model.diffuser();
    StepProgram program = diffuser.program(model.config().sampler().sampler(), guidance);
    PhysicsTerm physics = diffuser.term(guidance, law);
    float[] samples = new float[Math.multiplyExact(draws, dimension)];
    long first = (long) row * draws;
    diffuser.sample(
        engine, network, program, physics, SampleRequest.of(seed, first, draws),
        (from, size, block) -> System.arraycopy(block, 0, samples, (int) (from - first) * dimension, size * dimension));
    return samples;
  }

  /// (x_d - y_d) / deviation_d of the known components.
  private Constraint law(OptionalDouble[] known, int count) {
    int dimension = known.length;
    double[] matrix = new double[count * dimension];
    double[] right = new double[count];
    int[] components = new int[dimension];
    int at = 0;
    for (int d = 0; d < dimension; d++) {
      components[d] = d;
      if (known[d].isPresent()) {
        double deviation = model.diffuser().scaling().deviation()[d];
        double scale = deviation > 0 ? 1 / deviation : 1;
        matrix[at * dimension + d] = scale;
        right[at++] = scale * known[d].getAsDouble();
      }
    }
    return Constraint.of(Law.of("known cells", Law.linear(matrix, right, components, dimension)));
  }
}
