package io.scorefield.matter;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.rng.Normals;
import io.scorefield.rng.Philox;
import io.scorefield.watch.Watch;
import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.Variance;

/// One Markov chain whose states have the density exp(-U(x)/T): Metropolis' method with moves of single particles.
///
/// A move adds normal noise to the position of a random particle; 15 in 100 moves are four times as wide, to cross
/// barriers. In the plane 10 in 100 moves mirror the particle at the line through two others: that leaves its distances to
/// these two as they are, and takes it from one well of a double-well pair to another. All moves are as likely
/// as their reverse.
///
/// The burn-in begins at four times the temperature and cools down in its first half, so that chains do not all end in the
/// mode that they began in. The step is tuned to 40 % acceptance during burn-in, and then stays.
///
/// Everything is a function of (seed, chain): move m uses the blocks m B .. m B + B - 1 of the chain's numbers.
///
/// Source: Metropolis et al. 1953; Frenkel and Smit 2002, section 3.3.
final class MetropolisChain {
  private static final double WIDE_SHARE = 0.15;
  private static final double WIDE = 4;
  private static final double MIRROR_SHARE = 0.1;
  private static final double HOT = 4;
  private static final int MOVES_UNWATCHED = 1 << 10;
  private static final double FAR_AWAY = 1e6;
  private static final double ACCEPTANCE = 0.4;
  private static final int TUNING_SWEEPS = 10;

  /// What a chain has made.
  ///
  /// @param samples [L, N K], each with mean position 0
  /// @param energy mean of U over the samples
  /// @param variance of U over the samples
  /// @param virial mean of x . grad U
  /// @param acceptance share of moves accepted after the burn-in
  record Result(float[] samples, double energy, double variance, double virial, double acceptance) {}

  private final Potential potential;
  private final double target;
  private final MetropolisOptions options;
  private final long seed;
  private final long chain;
  private final Watch watch;
  private final Moves moves;
  private final double[] x; // [N K]
  private final double[] position;
  private final int[] words = new int[4];
  private final float[] normals;
  private final boolean mirrors;
  private final double farAway;
  private double temperature;
  private double step;
  private long move;
  private long accepted;

  /// @param start where all chains begin but for noise of size `jitter`, [N K]
  /// @param watch asked whether to go on
  MetropolisChain(
      Potential potential,
      double temperature,
      MetropolisOptions options,
      long seed,
      long chain,
      double[] start,
      double jitter,
      Watch watch) {
    this.watch = watch;
    this.potential = potential;
    target = temperature;
    this.options = options;
    this.seed = seed;
    this.chain = chain;
    moves = Moves.of(potential);
    position = new double[potential.axes()];
    normals = new float[4 * Math.ceilDiv(potential.axes(), 4)];
    mirrors = potential.axes() == 2 && potential.particles() > 2;
    step = jitter;
    farAway = FAR_AWAY * jitter;
    x = start.clone();
    // The last of the chain's random numbers, far from those of the moves.
    float[] noise = new float[x.length];
    new NoiseSource(seed)
        .normals(NoiseStream.DATA, chain, NoiseSource.NUMBERS_PER_SAMPLE - 4L * x.length, noise, 0, x.length);
    for (int d = 0; d < x.length; d++) {
      x[d] += 0.3 * jitter * noise[d];
    }
  }

  /// B, the blocks of four random numbers that a move uses.
  static int blocks(int axes) {
    return 1 + Math.ceilDiv(axes, 4);
  }

  /// Runs the chain.
  ///
  /// @param count L samples
  /// @throws IllegalArgumentException when the energy is not finite where the chain is, or the particles have flown apart
  Result run(int count) {
    ConfigurationEnergy whole = new ConfigurationEnergy(potential);
    finite(whole.of(x), "at the start");
    moves.start(x);
    for (int sweeps = 0; sweeps < options.burnIn(); sweeps += TUNING_SWEEPS) {
      int now = Math.min(TUNING_SWEEPS, options.burnIn() - sweeps);
      double cooled = Math.min(1, 2.0 * sweeps / options.burnIn());
      temperature = target * (HOT + cooled * (1 - HOT));
      accepted = 0;
      sweep(now);
      step *= Math.exp((double) accepted / ((long) now * potential.particles()) - ACCEPTANCE);
    }
    temperature = target;
    accepted = 0;
    float[] samples = new float[count * x.length];
    double[] centred = new double[x.length];
    double[] energies = new double[count];
    double virial = 0;
    for (int sample = 0; sample < count; sample++) {
      sweep(options.thinning());
      System.arraycopy(x, 0, centred, 0, x.length);
      WholeMoves.centre(centred, potential.axes());
      requireTogether(centred, "at sample " + sample);
      energies[sample] = finite(whole.of(centred), "at sample " + sample);
      virial += whole.virial(centred) / count;
      for (int d = 0; d < x.length; d++) {
        samples[sample * x.length + d] = (float) centred[d];
      }
    }
    double tried = (double) count * options.thinning() * potential.particles();
    return new Result(
        samples, new Mean().evaluate(energies), count > 1 ? new Variance().evaluate(energies) : 0, virial,
        accepted / tried);
  }

  private double finite(double energy, String where) {
    if (!Double.isFinite(energy)) {
      throw new IllegalArgumentException(
          "the energy '" + potential.formula() + "' is " + energy + " " + where + " of chain " + chain
              + (energy == Double.NEGATIVE_INFINITY
                  ? ": it has no lower bound, and the particles fall into each other"
                  : ", where the positions are " + shown()));
    }
    return energy;
  }

  private String shown() {
    return Arrays.toString(Arrays.copyOf(x, Math.min(6, x.length))) + (x.length > 6 ? " and so on" : "");
  }

  /// @param centred positions with their mean at 0
  private void requireTogether(double[] centred, String where) {
    double farthest = Arrays.stream(centred).map(Math::abs).max().orElseThrow();
    if (!(farthest < farAway)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "nothing in the energy '%s' holds the particles together: %s of chain %d one is %.1e away; add 0.5*sum(i, r^2)",
              potential.formula(), where, chain, farthest));
    }
  }

  private void sweep(int sweeps) {
    for (long m = (long) sweeps * potential.particles(); m > 0; m--) {
      if (m % MOVES_UNWATCHED == 0) {
        watch.check();
      }
      tryMove();
    }
  }

  private void tryMove() {
    int axes = position.length;
    int block = (int) (move++ * blocks(axes));
    Philox.block(seed, chain, block, NoiseStream.DATA.id(), words);
    int particle = NoiseSource.toIndex(words[0], potential.particles());
    double kind = NoiseSource.toUniform(words[1]);
    double chance = NoiseSource.toUniform(words[2]);
    if (mirrors && kind < MIRROR_SHARE) {
      mirror(particle, words[3]);
    } else {
      double width = kind > 1 - WIDE_SHARE ? WIDE * step : step;
      normals(block + 1);
      for (int axis = 0; axis < axes; axis++) {
        position[axis] = x[particle * axes + axis] + width * normals[axis];
      }
    }
    double change = moves.change(particle, position);
    // A change that is no number is refused.
    if (change <= 0 || chance < Math.exp(-change / temperature)) {
      moves.accept();
      System.arraycopy(position, 0, x, particle * axes, axes);
      accepted++;
    }
  }

  private void normals(int firstBlock) {
    float[] four = normals.length == 4 ? normals : new float[4];
    for (int k = 0; k < normals.length / 4; k++) {
      Philox.block(seed, chain, firstBlock + k, NoiseStream.DATA.id(), words);
      Normals.fromWords(words, four);
      if (four != normals) {
        System.arraycopy(four, 0, normals, 4 * k, 4);
      }
    }
  }

  /// The position of a particle mirrored at the line through two others, which a word picks.
  private void mirror(int particle, int word) {
    int others = (potential.particles() - 1) * (potential.particles() - 2);
    int pick = NoiseSource.toIndex(word, others);
    int first = (particle + 1 + pick / (potential.particles() - 2)) % potential.particles();
    int second = pick % (potential.particles() - 2);
    // The particles but for the two, in their order.
    for (int taken : new int[] {Math.min(particle, first), Math.max(particle, first)}) {
      second += second >= taken ? 1 : 0;
    }
    double ax = x[2 * first];
    double ay = x[2 * first + 1];
    double ux = x[2 * second] - ax;
    double uy = x[2 * second + 1] - ay;
    double px = x[2 * particle] - ax;
    double py = x[2 * particle + 1] - ay;
    double along = 2 * (px * ux + py * uy) / (ux * ux + uy * uy);
    position[0] = ax + along * ux - px;
    position[1] = ay + along * uy - py;
  }
}
