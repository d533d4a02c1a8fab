package io.scorefield.matter.molecule;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.watch.Watch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Different skeletons of C, N, O and F with at least one carbon, see {@link SkeletonRules}, by their ids.
final class Skeletons {
  /// Up to so many heavy atoms all skeletons are listed; larger ones are grown at random from these.
  static final int LISTED = 4;

  /// So many repetitions in a row end the search for new ones.
  private static final int PATIENCE = 2_000;

  private Skeletons() {}

  /// All with at most so many heavy atoms, in the order of their ids.
  static Map<String, Skeleton> all(int heavyAtoms) {
    Map<String, Skeleton> all = new TreeMap<>();
    Map<String, Skeleton> level = new TreeMap<>(Map.of(id(Skeleton.carbon()), Skeleton.carbon()));
    for (int n = 1; n < heavyAtoms; n++) {
      all.putAll(level);
      Deque<Skeleton> open = new ArrayDeque<>();
      level.values().forEach(one -> open.addAll(one.larger()));
      level = new TreeMap<>();
      while (!open.isEmpty()) {
        Skeleton one = open.pop();
        Watch.current().check();
        if (SkeletonRules.keeps(one) && level.putIfAbsent(id(one), one) == null) {
          open.addAll(one.tighter());
        }
      }
    }
    all.putAll(level);
    return all;
  }

  /// Different ones in a random order of the seed: of few heavy atoms all that there are, else about as many as are wanted.
  ///
  /// @param wanted at least 1
  static Map<String, Skeleton> random(int heavyAtoms, int wanted, long seed) {
    Dice dice = new Dice(seed);
    Map<String, Skeleton> listed = all(Math.min(LISTED, heavyAtoms));
    List<Map.Entry<String, Skeleton>> order = new ArrayList<>(listed.entrySet());
    for (int i = order.size() - 1; i > 0; i--) {
      Collections.swap(order, i, dice.below(i + 1));
    }
    Map<String, Skeleton> found = new LinkedHashMap<>();
    if (heavyAtoms <= LISTED) {
      order.forEach(one -> found.put(one.getKey(), one.getValue()));
      return found;
    }
    for (int repeats = 0; found.size() < wanted && repeats < PATIENCE; repeats++) {
      Watch.current().check();
      Skeleton one = grown(order.get(dice.below(order.size())).getValue(), heavyAtoms, dice);
      if (found.putIfAbsent(id(one), one) == null) {
        repeats = 0;
      }
    }
    return found;
  }

  /// Half of them get the largest size, a quarter one atom less, and so on; each step may close a ring or raise a bond too.
  private static Skeleton grown(Skeleton start, int heavyAtoms, Dice dice) {
    int size = heavyAtoms;
    while (size > 1 && dice.below(2) == 0) {
      size--;
    }
    Skeleton grown = start;
    while (grown.size() < size) {
      grown = step(grown, grown.larger(), dice);
      if (dice.below(3) == 0) {
        grown = step(grown, grown.tighter(), dice);
      }
      if (grown.larger().isEmpty()) {
        break;
      }
    }
    return grown;
  }

  private static Skeleton step(Skeleton from, List<Skeleton> ways, Dice dice) {
    List<Skeleton> kept = ways.stream().filter(SkeletonRules::keeps).toList();
    return kept.isEmpty() ? from : kept.get(dice.below(kept.size()));
  }

  static String id(Skeleton skeleton) {
    return CanonicalId.of(skeleton.molecule());
  }

  /// Random whole numbers of a seed, one after another.
  private static final class Dice {
    private final NoiseSource noise;
    private long thrown;

    Dice(long seed) {
      noise = new NoiseSource(seed);
    }

    int below(int bound) {
      return NoiseSource.toIndex(noise.word(NoiseStream.DATA, 0, thrown++), bound);
    }
  }
}
