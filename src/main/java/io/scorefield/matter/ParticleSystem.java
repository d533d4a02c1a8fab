package io.scorefield.matter;

import io.scorefield.data.Distribution;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Particles at a temperature: configurations x[N,K] of mean position 0 with the density exp(-U(x)/T), made by Metropolis
/// chains.
///
/// Points 100 c .. 100 c + 99 of a seed are chain c. So points are functions of (seed, number), whatever is drawn
/// beside them, and draws with other seeds have chains of their own. Chains that have run are kept, up to some memory.
public final class ParticleSystem implements Distribution {
  /// Points of a chain.
  static final int CHAIN = 100;

  /// Blocks of random numbers that a chain has, but for some at the end.
  private static final double MOST_BLOCKS = 4e9;

  /// Numbers that are kept: 128 MB.
  private static final long MOST_KEPT = 1L << 25;

  private final String name;
  private final Potential potential;
  private final double temperature;
  private final OptionalDouble contact;
  private final MetropolisOptions options;
  private final Lattice lattice;
  private final Map<Long, Map<Long, MetropolisChain.Result>> kept = new LinkedHashMap<>();
  private long keptChains;

  /// @param name for tables and messages
  /// @param temperature T in units of the energy (k_B = 1)
  /// @param contact the distance below which a pair is in contact, where modes of the system are told apart by the number
  ///     of such pairs
  /// @throws IllegalArgumentException when the temperature is not positive, or the energy has no equilibrium or is finite
  ///     nowhere
  public ParticleSystem(
      String name, Potential potential, double temperature, OptionalDouble contact, MetropolisOptions options) {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException("the temperature is " + temperature + "; it must be positive");
    }
    double moves = (options.burnIn() + (double) CHAIN * options.thinning()) * potential.particles();
    if (moves * MetropolisChain.blocks(potential.axes()) > MOST_BLOCKS) {
      throw new IllegalArgumentException("a chain of " + moves + " moves is too long; shorten burn-in and thinning");
    }
    this.name = name;
    this.potential = potential;
    this.temperature = temperature;
    this.contact = contact;
    this.options = options;
    lattice = Lattice.of(potential, temperature);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int dimension() {
    return potential.dimension();
  }

  @Override
  public List<String> components() {
    return List.of(potential.components());
  }

  public Potential potential() {
    return potential;
  }

  /// T.
  public double temperature() {
    return temperature;
  }

  /// The distance below which a pair counts as short, where modes are told apart by the number of short pairs.
  public OptionalDouble contact() {
    return contact;
  }

  /// The same with another contact distance.
  public ParticleSystem withContact(double distance) {
    return new ParticleSystem(name, potential, temperature, OptionalDouble.of(distance), options);
  }

  /// What it is, in a line.
  public String description() {
    return String.format(
        Locale.ROOT, "%s: %d particles in %d dimension%s at T = %s, U = %s", name, potential.particles(), potential.axes(),
        potential.axes() == 1 ? "" : "s", BigDecimal.valueOf(temperature).stripTrailingZeros().toPlainString(), potential.formula());
  }

  @Override
  public float[] draw(long seed, long first, int count) {
    int dimension = dimension();
    float[] points = new float[Math.multiplyExact(count, dimension)];
    Map<Long, MetropolisChain.Result> chains = chains(seed, first, count);
    for (int i = 0; i < count; i++) {
      float[] samples = chains.get((first + i) / CHAIN).samples();
      int place = (int) ((first + i) % CHAIN);
      System.arraycopy(samples, place * dimension, points, i * dimension, dimension);
    }
    return points;
  }

  /// What the chains of some points show.
  public Evidence evidence(long seed, int count) {
    return Evidence.of(
        List.copyOf(chains(seed, 0, count).values()),
        temperature * potential.axes() * (potential.particles() - 1));
  }

  /// The chains of the points first .. first + count - 1, by number.
  private synchronized Map<Long, MetropolisChain.Result> chains(long seed, long first, int count) {
    Map<Long, MetropolisChain.Result> known = kept.computeIfAbsent(seed, s -> new TreeMap<>());
    Map<Long, MetropolisChain.Result> wanted = new TreeMap<>();
    List<Long> missing = new ArrayList<>();
    for (long chain = first / CHAIN; chain * CHAIN < first + count; chain++) {
      if (known.containsKey(chain)) {
        wanted.put(chain, known.get(chain));
      } else {
        missing.add(chain);
      }
    }
    MetropolisChain.Result[] results = new MetropolisChain.Result[missing.size()];
    IllegalArgumentException[] failures = new IllegalArgumentException[missing.size()];
    Watch watch = Watch.current();
    Meter meter = watch.meter("data", missing.size(), "chains");
    IntStream.range(0, results.length)
        .parallel()
        .forEach(
            i -> {
              try {
                results[i] = chain(seed, missing.get(i), watch).run(CHAIN);
              } catch (IllegalArgumentException e) {
                failures[i] = e; // of several the first is told, whichever thread was first
              }
              meter.step(1);
            });
    for (IllegalArgumentException failure : failures) {
      if (failure != null) {
        throw failure;
      }
    }
    for (int i = 0; i < results.length; i++) {
      wanted.put(missing.get(i), results[i]);
    }
    keep(known, wanted);
    return wanted;
  }

  /// Keeps chains while there is room; what does not fit is made again when it is wanted again, and is the same.
  private void keep(Map<Long, MetropolisChain.Result> known, Map<Long, MetropolisChain.Result> made) {
    long most = Math.max(1, MOST_KEPT / ((long) CHAIN * dimension()));
    for (Map.Entry<Long, MetropolisChain.Result> chain : made.entrySet()) {
      if (keptChains < most && known.putIfAbsent(chain.getKey(), chain.getValue()) == null) {
        keptChains++;
      }
    }
  }

  private MetropolisChain chain(long seed, long number, Watch watch) {
    return new MetropolisChain(
        potential, temperature, options, seed, number, lattice.positions(), 0.3 * lattice.spacing(), watch);
  }
}
