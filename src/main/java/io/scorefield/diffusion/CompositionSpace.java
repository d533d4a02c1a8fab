package io.scorefield.diffusion;

import io.scorefield.engine.Engine;
import io.scorefield.matter.Element;
import io.scorefield.matter.crystal.Cell;
import io.scorefield.matter.crystal.CompositionTable;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.network.Network;
import io.scorefield.network.architecture.CompositionCoder;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Compositions and cells of a trained autoencoder. They are crystals whose atoms are all at the origin.
///
/// @param table what the numbers of the autoencoder mean
/// @param parameters of the trained autoencoder
public record CompositionSpace(CompositionTable table, CompositionCoder coder, float[] parameters) {
  /// Words of the stream of a sample's prior, far behind those of its state and of its conditions.
  private static final long DRAW = (1L << 33) + (1L << 32);

  /// Draws of one sample before it is given up.
  private static final int MOST_DRAWS = 1000;

  /// Compositions with cells.
  ///
  /// @param crystals of the samples
  /// @param draws how many codes it took
  public record Drawn(List<Crystal> crystals, long draws) {}

  /// An autoencoder for the numbers of a table.
  public static CompositionCoder coder(CompositionTable table, int latents, int hidden, CompositionCoder.Weights weights) {
    return new CompositionCoder(table.elements().size(), table.mostKinds(), table.mostOfEach(), latents, hidden, weights);
  }

  /// Samples first .. first + count - 1 of a seed, of codes from N(0, 1). A code that says more atoms than the largest cell of the
  /// table has, or a cell without volume, is drawn again.
  ///
  /// @throws IllegalStateException where all codes are such
  public Drawn sample(Engine engine, long seed, long first, int count) {
    Crystal[] made = new Crystal[count];
    int latents = coder.latents();
    NoiseSource source = new NoiseSource(seed);
    long draws = 0;
    int[] missing = IntStream.range(0, count).toArray();
    for (int draw = 0; missing.length > 0; draw++) {
      if (draw == MOST_DRAWS) {
        throw new IllegalStateException(
            MOST_DRAWS + " codes in a row stand for no composition with a cell; train the autoencoder of compositions longer");
      }
      float[] codes = new float[missing.length * latents];
      for (int i = 0; i < missing.length; i++) {
        source.normals(NoiseStream.PRIOR, first + missing[i], DRAW + (long) draw * latents, codes, i * latents, latents);
      }
      draws += missing.length;
      List<Optional<Crystal>> decoded = decode(engine, codes);
      for (int i = 0; i < missing.length; i++) {
        made[missing[i]] = decoded.get(i).orElse(null);
      }
      missing = IntStream.of(missing).filter(i -> made[i] == null || made[i].size() > table.mostAtoms()).toArray();
    }
    return new Drawn(List.of(made), draws);
  }

  /// What becomes of the means of the codes of crystals.
  public List<Optional<Crystal>> reconstructed(Engine engine, List<Crystal> crystals) {
    Network encoder = new Network(coder.encoder(), parameters);
    int latents = coder.latents();
    float[] out = run(engine, encoder, table.rows(crystals), crystals.size());
    float[] codes = new float[crystals.size() * latents];
    for (int i = 0; i < crystals.size(); i++) {
      System.arraycopy(out, i * encoder.architecture().dimension(), codes, i * latents, latents);
    }
    return decode(engine, codes);
  }

  /// The most likely compositions of codes [n, latents], and cells for these; empty where a cell has no volume.
  public List<Optional<Crystal>> decode(Engine engine, float[] codes) {
    Network decoder = new Network(coder.decoder(), parameters);
    int wide = decoder.architecture().dimension();
    int latents = coder.latents();
    int n = codes.length / latents;
    int elements = table.elements().size();
    float[] inputs = new float[n * (latents + elements)];
    for (int i = 0; i < n; i++) {
      System.arraycopy(codes, i * latents, inputs, i * (latents + elements), latents);
    }
    float[] logits = run(engine, decoder, inputs, n);
    List<List<Element>> atoms = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      atoms.add(table.atoms(logits, i * wide));
      table.count(atoms.get(i), inputs, i * (latents + elements) + latents);
    }
    float[] cells = run(engine, decoder, inputs, n);
    List<Optional<Crystal>> made = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      List<Element> own = atoms.get(i);
      Optional<Cell> cell = table.cell(cells, i * wide + coder.outputs() - CompositionCoder.CELL, own.size());
      made.add(cell.map(six -> Crystal.of("", six, own, new double[3 * own.size()])));
    }
    return made;
  }

  /// Runs a network over rows, which are filled up with 0 to its width.
  private static float[] run(Engine engine, Network network, float[] rows, int count) {
    int wide = network.architecture().dimension();
    int width = count == 0 ? 0 : rows.length / count;
    float[] inputs = new float[Math.multiplyExact(count, wide)];
    for (int i = 0; i < count; i++) {
      System.arraycopy(rows, i * width, inputs, i * wide, width);
    }
    float[] outputs = new float[inputs.length];
    engine.evaluate(network, inputs, new double[0], outputs);
    return outputs;
  }
}
